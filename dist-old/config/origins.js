/** The origins of a CORS_ORIGINS value; none if it is absent. */
export function allowedOrigins(text) {
    return text === undefined ? [] : text.split(',').map(entry => entry.trim());
}
/**
 * What is wrong with a CORS_ORIGINS value, or null. Only origins as browsers write them: a wildcard or `null` would let in
 * anybody, and one in another spelling would never match.
 */
export function originsFault(text) {
    const isGood = allowedOrigins(text).every(isOrigin);
    return isGood ? null : 'must be a comma-separated list of origins as browsers send them: scheme and host in lower case, a port if it is not the usual one, nothing behind; * and null are refused';
}
function isOrigin(text) {
    return /^https?:\/\/[^*]+$/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}
//# sourceMappingURL=origins.js.map