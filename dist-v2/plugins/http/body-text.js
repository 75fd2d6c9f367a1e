import { isAscii } from 'node:buffer';
import { serviceError } from "../../sessions/errors.js";
const utf8 = new TextDecoder('utf-8', { fatal: true });
/**
 * The text of a body, which is UTF-8 (RFC 8259 section 8.1) and not compressed: what is read as something else would be stored as something else.
 * @throws ServiceError `unsupported_media_type` for another charset or content coding, `malformed_json` for bytes that are no UTF-8
 */
export function bodyText({ headers }, body) {
    const { 'content-encoding': encoding = '', 'content-type': type = '' } = headers;
    if (encoding !== '' && !/^\s*(?:identity)?\s*$/i.test(encoding))
        throw serviceError('unsupported_media_type', 'Bodies are not compressed here: send this one without Content-Encoding.');
    if (!isUtf8(type))
        throw serviceError('unsupported_media_type', 'Bodies are UTF-8: send this one so, with Content-Type: application/json.');
    // Nearly every one.
    if (isAscii(body))
        return body.toString('latin1');
    try {
        return utf8.decode(body);
    }
    catch {
        throw serviceError('malformed_json', 'The body is not valid UTF-8.');
    }
}
/** By what a media type says of its charset, or leaves out. */
function isUtf8(type) {
    if (!type.includes(';'))
        return true;
    const [, charset = 'utf-8'] = /;\s*charset\s*=\s*"?([^\s";]*)/i.exec(type) ?? [];
    return /^utf-?8$/i.test(charset);
}
//# sourceMappingURL=body-text.js.map