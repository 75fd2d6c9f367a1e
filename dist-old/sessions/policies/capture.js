import { deviceOf } from "../devices/device.js";
import { bindingOf, LONGEST_USER_AGENT, networkOf } from "../devices/surroundings.js";
/** What is kept of where a request comes from. */
export function createCapture(modes) {
    return {
        /** The facts themselves, for lists and the history. */
        origin: ({ ipAddress, userAgent }) => ({ ipAddress: capturedAddress(ipAddress, modes.address), userAgent: capturedUserAgent(userAgent, modes.userAgent) }),
        /** The type of the device, for limits and lists, unless nothing is kept. */
        deviceType: (userAgent) => deviceOf(modes.userAgent === 'off' ? '' : userAgent.slice(0, LONGEST_USER_AGENT)).type,
        /** What a session is bound to, a hash of each. Of what is off there is none. */
        binding: ({ ipAddress, userAgent }, device) => bindingOf(modes.address === 'off' ? '' : ipAddress, modes.userAgent === 'off' ? '' : userAgent, device)
    };
}
/** Masked: the network, `/24` of IPv4 and `/64` of IPv6. */
export function capturedAddress(address, mode) {
    return captured(address, mode, networkOf);
}
/** At most 512 characters. Masked: the family, such as `Chrome`. */
export function capturedUserAgent(userAgent, mode) {
    return captured(userAgent.slice(0, LONGEST_USER_AGENT), mode, text => deviceOf(text).browser);
}
function captured(text, mode, masked) {
    if (mode === 'off' || text === '')
        return '';
    return mode === 'full' ? text : masked(text);
}
//# sourceMappingURL=capture.js.map