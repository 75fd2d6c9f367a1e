import { hash } from 'node:crypto';
import ipaddr from 'ipaddr.js';
import { deviceOf } from "./device.js";
import { remembered } from "../remembered.js";
const IPV4_BITS = 24;
const IPV6_BITS = 64;
/**
 * The network of an address, such as `203.0.113.0/24` or `2001:db8:1:2::/64`: whoever roams within it, or has a privacy address (RFC 8981),
 * stays the same. IPv4 that is mapped into IPv6 is IPv4. '' for what is no address.
 */
export function networkOf(address) {
    if (!ipaddr.isValid(address))
        return '';
    const known = ipaddr.process(address);
    const bits = known.kind() === 'ipv4' ? IPV4_BITS : IPV6_BITS;
    const kind = known.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6;
    return `${kind.networkAddressFromCIDR(`${known.toString()}/${bits}`).toString()}/${bits}`;
}
/** Family and platform, such as `Chrome on Windows`: an update changes neither. '' for an empty one. */
export function clientOf(userAgent) {
    if (userAgent === '')
        return '';
    const { browser, os } = deviceOf(userAgent);
    return `${browser} on ${os}`;
}
/** A validation has no time to lose, and the same few thousand come again and again. */
const networkMark = remembered(address => markOf(networkOf(address)));
const clientMark = remembered(userAgent => markOf(clientOf(userAgent)));
/** Longer ones are no browser's, and would fill the memory. */
export const LONGEST_USER_AGENT = 512;
/** 30 bits that tell two texts apart; no secret. */
function markOf(text) {
    return text === '' ? '' : hash('sha256', text, 'base64url').slice(0, 5);
}
/**
 * What a session keeps of where it was opened, to compare with: at most 18 characters, `network.client`, and `.device` if it was told
 * of one (device-id.ts).
 */
export function bindingOf(address, userAgent, device = '') {
    const place = `${networkMark(address)}.${markOfAgent(userAgent)}`;
    return device === '' ? place : `${place}.${device}`;
}
function markOfAgent(userAgent) {
    return clientMark(userAgent.length > LONGEST_USER_AGENT ? userAgent.slice(0, LONGEST_USER_AGENT) : userAgent);
}
/** The device in a binding, or ''. */
export function deviceIn(binding) {
    const [, , device = ''] = binding.split('.');
    return device;
}
const DOT = '.'.charCodeAt(0);
/** Whether a request that tells of no device comes from where a session is bound to: what each validation asks, before anything is taken apart or put together. */
export function isFromPlace(bound, address, userAgent) {
    const [network, client] = [networkMark(address), markOfAgent(userAgent)];
    const start = network.length + 1;
    const end = start + client.length;
    return bound.startsWith(network) && bound.charCodeAt(network.length) === DOT && bound.startsWith(client, start) &&
        (bound.length === end || bound.charCodeAt(end) === DOT);
}
/** What a session is compared by. */
export function boundSignals(binding) {
    return changedSignals(binding, '');
}
/** What is different between two bindings. What the first does not know is not compared. */
export function changedSignals(bound, seen) {
    if (bound === seen)
        return [];
    const [network, client, device] = bound.split('.');
    const [networkSeen, clientSeen, deviceSeen] = seen.split('.');
    const changed = [];
    if (network && network !== networkSeen)
        changed.push('network');
    if (client && client !== clientSeen)
        changed.push('client');
    if (device && device !== deviceSeen)
        changed.push('device');
    return changed;
}
//# sourceMappingURL=surroundings.js.map