import { deviceTypes } from "../sessions/devices/device.js";
import { MOST_SESSIONS } from "./schema.js";
const TYPES = deviceTypes;
/** The session limits of a configuration. */
export function limitsOf(config) {
    return {
        max: config.SESSION_LIMIT,
        byDeviceType: new Map(entriesOf(config.SESSION_LIMIT_BY_DEVICE_TYPE)),
        policy: config.SESSION_LIMIT_POLICY
    };
}
/** What is wrong with a SESSION_LIMIT_BY_DEVICE_TYPE value, or null. */
export function limitsFault(text) {
    const seen = [];
    for (const [type, max] of entriesOf(text)) {
        if (!TYPES.includes(type) || !Number.isInteger(max) || max < 1 || max > MOST_SESSIONS)
            return `must be a comma-separated list of type:limit, each type one of ${TYPES.join(', ')} and each limit from 1 to ${MOST_SESSIONS}`;
        if (seen.includes(type))
            return `has the type ${type} twice`;
        seen.push(type);
    }
    return null;
}
function entriesOf(text = '') {
    return text.split(',').map(entry => entry.trim()).filter(entry => entry !== '').map(entry => {
        const [, type = '', max] = /^([^:]*):(\d{1,5})$/.exec(entry) ?? [];
        return [type, Number(max)];
    });
}
//# sourceMappingURL=limits.js.map