/**
 * A cookie for this host alone (RFC 6265): `__Host-<name>` where browsers come by HTTPS, `<name>` where they do not. The other name is
 * not looked at. `__Host-`: browsers take it only from this host, by HTTPS and for all paths, so that no neighbour can plant one.
 */
export function createHostCookie(isHttps, name) {
    const hostName = `__Host-${name}`;
    const [prefix, hostPrefix] = [`${name}=`, `${hostName}=`];
    const nameFor = (request) => isHttps(request) ? hostName : name;
    return {
        /** What the request's cookies of that name hold: more than one if somebody planted another. */
        valuesIn(request) {
            const { headers: { cookie } } = request;
            return cookie === undefined ? [] : valuesOf(cookie, isHttps(request) ? hostPrefix : prefix);
        },
        /** Puts a value into the browser, for as long as that runs unless `maxAgeSeconds` says otherwise. */
        set(request, reply, value, maxAgeSeconds) {
            const lifetime = maxAgeSeconds === undefined ? '' : `; Max-Age=${maxAgeSeconds}`;
            const secure = isHttps(request) ? '; Secure' : '';
            const ownName = nameFor(request);
            const others = [reply.getHeader('set-cookie') ?? []].flat().map(String).filter(cookie => !cookie.startsWith(`${ownName}=`));
            // One cookie of a name: what is set last counts.
            reply.removeHeader('set-cookie');
            for (const cookie of [...others, `${ownName}=${value}; Path=/${lifetime}; HttpOnly${secure}; SameSite=Lax`])
                reply.header('set-cookie', cookie);
        }
    };
}
/**
 * All values of the name before the `=` of `prefix`, empty ones left out. Names are compared byte by byte, and only the spaces of RFC 6265 are dropped: a parser that
 * drops or folds more takes a name for `__Host-…` that the browser did not protect as such.
 */
function valuesOf(header, prefix) {
    const values = [];
    for (let start = 0, end = 0; end !== header.length; start = afterSpaces(header, end + 1)) {
        const semicolon = header.indexOf(';', start);
        end = semicolon === -1 ? header.length : semicolon;
        if (header.startsWith(prefix, start) && start + prefix.length < end)
            values.push(header.slice(start + prefix.length, end));
    }
    return values;
}
function afterSpaces(header, start) {
    let next = start;
    while (header[next] === ' ' || header[next] === '\t')
        next++;
    return next;
}
//# sourceMappingURL=host-cookie.js.map