const LONGEST_UNIT = 4;
/** Of one direction: two neighbours are in many words. */
const RUN_LENGTH = 3;
/** Rows of keys as they lie on usual keyboards (QWERTY, QWERTZ, AZERTY); 0 comes after 9 there. */
const rows = '1234567890 qwertyuiop asdfghjkl zxcvbnm qwertzuiop yxcvbnm azertyuiop qsdfghjklm wxcvbn';
const keyboard = `${rows} ${[...rows].reverse().join('')}`;
/**
 * Whether a text is no more than a pattern: a few characters over and over (`12341234`), or nothing but straight runs (`abcdefgh`, `1234abcd`,
 * `qwerty321`). NIST SP 800-63B-3 section 5.1.1.2 names both. No list has all of them, so they are recognised.
 */
export function isPatterned(text) {
    const chars = [...text];
    return isRepetition(chars) || isMadeOfRuns(chars);
}
function isRepetition(chars) {
    return Array.from({ length: LONGEST_UNIT }, (_, i) => i + 1).some(unit => chars.every((char, i) => i < unit || char === chars[i - unit]));
}
/** Whether every character is part of a run. */
function isMadeOfRuns(chars) {
    const begins = chars.map((_, i) => isRun(chars.slice(i, i + RUN_LENGTH)));
    return chars.every((_, i) => begins.slice(Math.max(0, i - RUN_LENGTH + 1), i + 1).includes(true));
}
/** The same character, up or down by one code point, or along a row of keys. */
function isRun(chars) {
    if (chars.length < RUN_LENGTH)
        return false;
    const [first = 0, second = 0, third = 0] = chars.map(char => char.codePointAt(0));
    const step = second - first;
    return (Math.abs(step) <= 1 && third - second === step) || keyboard.includes(chars.join(''));
}
//# sourceMappingURL=patterned.js.map