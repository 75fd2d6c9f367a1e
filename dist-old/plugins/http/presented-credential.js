import { serviceError } from "../../sessions/errors.js";
/**
 * The credential that a request presents, or null if it presents none. `x-session-id` and `Authorization: Bearer`
 * (RFC 6750) and cookie are equal; other authorization schemes are somebody else's.
 * `authorizations` are all values of that header, `cookies` are all values of the
 * session cookie: whoever can set cookies for a neighbouring host or path can add one, and browsers send both.
 * @throws ServiceError `credentials_disagree` when one of the three is there more than once, or two of them differ: which one is meant
 *   must not depend on who reads the headers
 */
export function presentedCredential(sessionHeader, authorizations, cookies = []) {
    // Nearly every request: one way, once.
    const [authorization = '', cookie = ''] = [authorizations[0], cookies[0]];
    if (authorizations.length + cookies.length === 0 && typeof sessionHeader === 'string' && !sessionHeader.includes(','))
        return sessionHeader.trim() || null;
    if (authorizations.length + cookies.length === 1 && sessionHeader === undefined)
        return (cookie === '' ? bearerOf(authorization) : cookie).trim() || null;
    // A repeated header arrives as one value with commas, which no credential contains.
    const ways = [String(sessionHeader ?? '').split(','), authorizations.map(bearerOf), cookies].map(texts => texts.map(text => text.trim()).filter(text => text !== ''));
    if (ways.some(({ length }) => length > 1) || new Set(ways.flat()).size > 1) {
        throw serviceError('credentials_disagree', 'The request carries a credential twice, or different ones. Send one: x-session-id, Authorization: Bearer or the session cookie.');
    }
    return ways.flat()[0] ?? null;
}
/** All values of that header: Node's parser keeps only the first of several. */
export function authorizationsOf({ headers, raw: { rawHeaders } }) {
    if (headers.authorization === undefined)
        return [];
    const values = [];
    for (let i = 0; i < rawHeaders.length; i += 2) {
        const name = rawHeaders[i];
        if (name?.length === AUTHORIZATION.length && name.toLowerCase() === AUTHORIZATION)
            values.push(String(rawHeaders[i + 1]));
    }
    return values;
}
const AUTHORIZATION = 'authorization';
function bearerOf(authorization) {
    if (authorization.startsWith('Bearer '))
        return authorization.slice('Bearer '.length);
    const [, token = ''] = /^bearer +(.*)$/i.exec(authorization) ?? [];
    return token;
}
//# sourceMappingURL=presented-credential.js.map