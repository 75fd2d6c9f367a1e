import { dictionary } from '@zxcvbn-ts/language-common';
import { isPatterned } from "./patterned.js";
/** Characters, as NIST SP 800-63B asks; counted by Unicode code point. */
export const PASSWORD_MIN_LENGTH = 8;
/** What POST /login accepts. */
export const PASSWORD_MAX_LENGTH = 1024;
/**
 * What guessers try first: of lists, whatever is long enough to be chosen at all. That is about 18,000 passwords of leaks, and 3,300 words of
 * passphrases, which are no password alone.
 */
const common = new Set([...dictionary['passwords-common'], ...dictionary['diceware-common']].filter(({ length }) => length >= PASSWORD_MIN_LENGTH));
const service = ['session', 'sessions', 'service'];
/** Shorter ones are in every other password by chance. */
const WORD_MIN_LENGTH = 3;
/** Shorter ones are in many other words: Ann in `planning`. */
const WORD_MIN_LENGTH_ANYWHERE = 4;
/** In regular expressions. Marks are what vowels are in Indic scripts, and accents that have no letter of their own. */
const LETTERS = '[\\p{L}\\p{M}]';
const DIGITS = '\\p{N}';
/**
 * Why a password is too easy to guess, or null. `context`: the words that belong to the account (its email, its name) and to the service do not count as
 * characters, so that what is added to them has to be a password by itself. Case does not matter, and neither does the width of letters.
 */
export function weaknessOf(password, account) {
    const plain = canonical(password);
    if (isCommon(plain))
        return 'common';
    const words = [...service, ...wordsOfEmail(account.email), ...wordsOf(account.name)].sort((a, b) => b.length - a.length);
    const rest = words.reduce(without, plain);
    return rest !== plain && ([...rest].length < PASSWORD_MIN_LENGTH || isCommon(rest)) ? 'context' : null;
}
function isCommon(plain) {
    return common.has(plain) || isPatterned(plain);
}
/** The address, its domain, and the words of both. A top-level domain is no word of its own: it belongs to millions. */
function wordsOfEmail(email) {
    const [address, domain] = [canonical(email), canonical(email.slice(email.lastIndexOf('@') + 1))];
    const whole = [address, domain].filter(({ length }) => length >= WORD_MIN_LENGTH_ANYWHERE);
    return [...whole, ...wordsOf(address.replace(/\.[^.@]*$/, ''))];
}
function wordsOf(text) {
    return canonical(text).split(/[^\p{L}\p{M}\p{N}]+/u).filter(({ length }) => length >= WORD_MIN_LENGTH);
}
function without(text, word) {
    return word.length >= WORD_MIN_LENGTH_ANYWHERE ? text.replaceAll(word, '') : text.replace(standingAlone(word), '');
}
/** The word where it is not part of a longer one: letters go on with letters, digits with digits. */
function standingAlone(word) {
    const before = /^\p{L}/u.test(word) ? LETTERS : DIGITS;
    const after = /[\p{L}\p{M}]$/u.test(word) ? LETTERS : DIGITS;
    return new RegExp(`(?<!${before})${word}(?!${after})`, 'gu');
}
function canonical(text) {
    return text.normalize('NFKC').toLowerCase();
}
//# sourceMappingURL=guessable.js.map