import { createHmac } from 'node:crypto';
import bcrypt from 'bcryptjs';
/**
 * How a password becomes a stored hash. bcrypt reads at most 72 bytes and repeats its key after a NUL, so:
 *
 *     at most 72 bytes, no NUL    $2b$12$…                  standard bcrypt, importable and exportable as it is
 *     anything else               bcrypt-sha384$$2b$12$…    bcrypt of base64(HMAC-SHA-384(label, password)), 64 characters
 *
 * The HMAC key is public. It only separates this use from others: a plain SHA-384 taken from elsewhere cannot be
 * tried as a password here ("password shucking", OWASP Password Storage Cheat Sheet).
 */
const mark = 'bcrypt-sha384$';
const label = 'session-service:password:v1';
const form = /^(?:bcrypt-sha384\$)?\$2[aby]\$(\d\d)\$[./A-Za-z0-9]{53}$/;
/** Whether the text is a stored hash that `matches` understands. */
export function isPasswordHash(text) {
    return form.test(text);
}
/** The bcrypt cost in a stored hash. */
export function costOf(storedHash) {
    return Number(form.exec(storedHash)?.[1]);
}
/** Hashes at `cost` under the scheme that the password needs. Blocks for as long as that takes. */
export function hashPassword({ password, cost }) {
    if (fitsBcrypt(password))
        return bcrypt.hashSync(password, cost);
    return mark + bcrypt.hashSync(preHash(password), cost);
}
/** One bcrypt run at the stored cost, whatever the password. Blocks for as long as that takes. */
export function matches(password, storedHash) {
    // always taken, so that the work does not tell which scheme is stored
    const digest = preHash(password);
    if (storedHash.startsWith(mark))
        return bcrypt.compareSync(digest, storedHash.slice(mark.length));
    const equal = bcrypt.compareSync(password, storedHash);
    return equal && fitsBcrypt(password);
}
function fitsBcrypt(password) {
    return Buffer.byteLength(password) <= 72 && !password.includes('\0');
}
function preHash(password) {
    return createHmac('sha384', label).update(password).digest('base64');
}
//# sourceMappingURL=scheme.js.map