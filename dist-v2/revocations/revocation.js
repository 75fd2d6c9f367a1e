const SYNTAX = /^(\d{1,15})-(\d{1,15})$/;
export function isPosition(text) {
    return SYNTAX.test(text);
}
/** Whether one place is behind another. */
export function isBehind(position, other) {
    const [ms, number] = partsOf(position);
    const [otherMs, otherNumber] = partsOf(other);
    return ms === otherMs ? number > otherNumber : ms > otherMs;
}
/** A place before that one, with nothing in between that is in the feed: moments are milliseconds, and their first entry has the number 0. */
export function beforeOf(position) {
    const [ms, number] = partsOf(position);
    return number > 0 ? `${ms}-${number - 1}` : `${ms - 1}-999999999999999`;
}
export function partsOf(position) {
    const [ms = '', number = ''] = position.split('-');
    return [Number(ms), Number(number)];
}
//# sourceMappingURL=revocation.js.map