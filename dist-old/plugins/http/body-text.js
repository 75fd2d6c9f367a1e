import { serviceError } from "../../sessions/errors.js";
const utf8 = new TextDecoder('utf-8', { fatal: true });
/**
 * The text of a body, which is UTF-8 (RFC 8259 section 8.1) and not compressed: what is read as something else would be stored as something else.
 * @throws ServiceError `unsupported_media_type` for another charset or content coding, `malformed_json` for bytes that are no UTF-8
 */
export function bodyText({ headers }, body) {
    const coding = headers['content-encoding']?.trim().toLowerCase() ?? '';
    if (coding !== '' && coding !== 'identity')
        throw serviceError('unsupported_media_type', 'Bodies are not compressed here: send this one without Content-Encoding.');
    const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(String(headers['content-type'])) ?? [];
    if (!/^utf-?8$/i.test(charset))
        throw serviceError('unsupported_media_type', 'Bodies are UTF-8: send this one so, with Content-Type: application/json.');
    try {
        return utf8.decode(body);
    }
    catch {
        throw serviceError('malformed_json', 'The body is not valid UTF-8.');
    }
}
//# sourceMappingURL=body-text.js.map