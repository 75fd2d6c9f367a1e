/**
 * What an email of an account looks like, for whoever adds one and whoever logs in with it: one @ with something on both sides, no
 * spaces and no control characters. Not more, so that `root@localhost` and `müller@example.com` are accounts like any other.
 */
export const EMAIL_PATTERN = '^[^\\s@\\u0000-\\u001f\\u007f-\\u009f]+@[^\\s@\\u0000-\\u001f\\u007f-\\u009f]+$';
/** Characters; RFC 5321 has room for no more. */
export const EMAIL_MAX_LENGTH = 254;
/**
 * The one spelling in which emails are compared. Lower case by Unicode's rules, because SQL's lower() knows ASCII only under the C
 * locale. NUL cannot be sent to PostgreSQL; an email with one is just an email that nobody has.
 */
export function canonicalEmail(email) {
    return email.toLowerCase().replaceAll('\0', '\ufffd');
}
export function isEmail(text) {
    return [...text].length <= EMAIL_MAX_LENGTH && new RegExp(EMAIL_PATTERN, 'u').test(text);
}
//# sourceMappingURL=email.js.map