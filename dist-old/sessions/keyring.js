import { hkdfSync } from 'node:crypto';
/** Fewest bytes of a key: the output size of SHA-256 (RFC 2104 section 3). */
const MIN_KEY_BYTES = 32;
/** Random bytes repeat rarely: 32 of them have about 30 different values; fewer than 16 is typed text or padding. */
const MIN_DISTINCT_BYTES = 16;
/** Reads a keyring text, `id:base64url` comma-separated. The text has passed `keyringFault`. */
export function createKeyring(text) {
    const keys = entriesOf(text).map(entry => Buffer.from(entry.key, 'base64url'));
    return {
        subkeys: purpose => keys.map(key => Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), `session-service:v1:${purpose}`, 32)))
    };
}
/** What is wrong with a keyring text, or null; never repeats any of it. */
export function keyringFault(text) {
    const entries = entriesOf(text);
    if (entries.some(({ id, key }) => !/^[A-Za-z0-9_-]{1,32}$/.test(id) || !/^[A-Za-z0-9_-]+$/.test(key))) {
        return 'must be a comma-separated list of id:key, the key in base64url';
    }
    if (new Set(entries.map(entry => entry.id)).size < entries.length)
        return 'names one key id twice';
    const keys = entries.map(entry => Buffer.from(entry.key, 'base64url'));
    if (keys.some(key => key.length < MIN_KEY_BYTES))
        return `has a key shorter than ${MIN_KEY_BYTES} bytes`;
    if (keys.some(key => new Set(key).size < MIN_DISTINCT_BYTES))
        return 'has a key that is not random';
    return null;
}
function entriesOf(text) {
    return text.split(',').map(entry => {
        const colon = entry.indexOf(':');
        return { id: entry.slice(0, colon).trim(), key: entry.slice(colon + 1).trim() };
    });
}
//# sourceMappingURL=keyring.js.map