import { serviceError } from "../sessions/errors.js";
/**
 * A string of structured fields (RFC 9651 section 3.3.3), or its characters without the quotation marks, as most clients send it. Then it has no space,
 * so that a header that came twice, which arrives joined by one, is no key.
 */
export const IDEMPOTENCY_KEY_PATTERN = '^(?:[!#-~]{1,128}|"(?:[ !#-\\[\\]-~]|\\\\["\\\\]){1,128}")$';
const SYNTAX = new RegExp(IDEMPOTENCY_KEY_PATTERN);
/**
 * The key that a header names, the same with quotation marks and without.
 * @throws ServiceError `malformed_idempotency_key`
 */
export function idempotencyKeyIn(header) {
    if (!SYNTAX.test(header))
        throw serviceError('malformed_idempotency_key', 'Idempotency-Key takes 1 to 128 characters of printable ASCII, in quotation marks if there is a space or one of them in it. Nothing was done.');
    return header.startsWith('"') ? header.slice(1, -1).replace(/\\(.)/g, '$1') : header;
}
//# sourceMappingURL=idempotency-key.js.map