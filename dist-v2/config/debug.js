/** Under this name the Redis client (ioredis) prints every command with its arguments; its other names print none. */
const DUMP = 'ioredis:redis';
/**
 * What is wrong with DEBUG, or null. The Redis client listens to it and then prints the password of Redis and session data.
 * What DEBUG enables is decided as the npm package `debug` 4 does: names separated by spaces or commas, `*` stands for any
 * text, and a name with a dash before it excludes, whatever else is enabled.
 */
export function debugFault(text = '') {
    const patterns = text.split(/[\s,]+/);
    const excluded = patterns.filter(pattern => pattern.startsWith('-')).map(pattern => pattern.slice(1));
    if (excluded.some(coversDump) || !patterns.some(coversDump))
        return null;
    return 'makes the Redis client print every command with its arguments, passwords and session data included';
}
function coversDump(pattern) {
    const expression = pattern.replace(/[^\w*]/g, '\\$&').replace(/\*+/g, '.*');
    return new RegExp(`^${expression}$`).test(DUMP);
}
//# sourceMappingURL=debug.js.map