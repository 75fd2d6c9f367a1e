import { isIP } from 'node:net';
/** The list for Fastify's `trustProxy`, or `false`: nobody. */
export function trustedProxies(text) {
    return text === undefined ? false : text.split(',').map(entry => entry.trim());
}
/**
 * What is wrong with a TRUST_PROXY value, or null. Only addresses and CIDR blocks: `true` believes the leftmost, forgeable
 * address of X-Forwarded-For, and a hop count is as wrong as soon as a proxy is added or removed.
 */
export function trustProxyFault(text) {
    const wrong = (trustedProxies(text) || []).find(entry => !isBlock(entry));
    return wrong === undefined ? null : 'must be a comma-separated list of addresses or CIDR blocks; true and numbers are refused';
}
function isBlock(entry) {
    const [address = '', prefix, ...rest] = entry.split('/');
    const family = isIP(address);
    if (family === 0 || rest.length > 0)
        return false;
    if (prefix === undefined)
        return true;
    return /^\d{1,3}$/.test(prefix) && Number(prefix) >= 1 && Number(prefix) <= (family === 4 ? 32 : 128);
}
//# sourceMappingURL=trust-proxy.js.map