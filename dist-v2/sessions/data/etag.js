import { serviceError } from "../errors.js";
/** `entity-tag` list of RFC 9110 section 8.8.3; a tag holds no quotes. */
const LIST = /^\s*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"(?:\s*,\s*(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")*\s*$/;
/** The strong validator of a data version. */
export function etagOf(version) {
    return `"${version}"`;
}
/**
 * The versions that an `If-Match` accepts, or null for any: no header, or `*` (data, if only `{}`, always exists).
 * Weak tags never match (RFC 9110 section 13.1.1).
 * @throws ServiceError `malformed_etag`
 */
export function versionsOf(ifMatch) {
    if (ifMatch === undefined || ifMatch.trim() === '*')
        return null;
    if (!LIST.test(ifMatch))
        throw serviceError('malformed_etag', 'If-Match takes * or entity tags in double quotes, such as "3": send the ETag of the last data answer as it was.');
    // 16 digits: versions begin at the time in microseconds (includes/versions.lua). What is beyond the whole numbers of a double is none.
    return [...ifMatch.matchAll(/(?<!W\/)"(0|[1-9]\d{0,15})"/g)].map(match => Number(match[1])).filter(Number.isSafeInteger);
}
//# sourceMappingURL=etag.js.map