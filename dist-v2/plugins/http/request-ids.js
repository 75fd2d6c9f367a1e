import { randomBytes, randomInt } from 'node:crypto';
const WELL_FORMED = /^[A-Za-z0-9._-]{1,64}$/;
/** So few that a number is written without a detour through floating point, which would cost more than the rest of an id. */
const NUMBERS = 2 ** 30;
/**
 * The id that a request brings if it is well-formed, or one of its own: 9 bytes at random, and a number that takes every value before any
 * comes twice, in an order that tells nobody how many there were between two of them. Then there are other bytes. `numbers`: how many, a power of two.
 */
export function createRequestIds(numbers = NUMBERS) {
    const step = randomInt(numbers) | 1;
    const first = randomInt(numbers);
    let prefix = newPrefix();
    let number = first;
    function next() {
        number = (number + step) % numbers;
        if (number === first)
            prefix = newPrefix();
        return prefix + number;
    }
    return ({ headers: { 'x-request-id': given } }) => typeof given === 'string' && WELL_FORMED.test(given) && !given.startsWith(prefix) ? given : next();
}
function newPrefix() {
    return `${randomBytes(9).toString('base64url')}-`;
}
//# sourceMappingURL=request-ids.js.map