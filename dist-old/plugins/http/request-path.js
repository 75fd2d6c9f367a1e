/** Longer paths say no more about what somebody looked for. */
const SHOWN_CHARACTERS = 200;
/**
 * The path of a request that matched no route, safe to log: decoded, without query and userinfo (of an absolute target), at most
 * 200 characters, none of them a control or formatting one. What may be part of a credential, 22 or more base64url characters in a
 * row (128 bits), is masked; percent signs count as such, so that no encoding of it comes through. A route that matched is logged
 * by its pattern, and its path not at all: there stand ids, data keys, and whatever a caller put in their place.
 */
export function shownPath(target) {
    return withoutQuery(decoded(withoutQuery(target)))
        .replace(/[^/]*@/g, '')
        .replace(/[A-Za-z0-9_%-]{22,}/g, '***')
        .slice(0, SHOWN_CHARACTERS)
        .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\ufffd');
}
function withoutQuery(text) {
    return text.replace(/[?#].*$/s, '');
}
function decoded(text) {
    try {
        return decodeURIComponent(text);
    }
    catch {
        return text;
    }
}
//# sourceMappingURL=request-path.js.map