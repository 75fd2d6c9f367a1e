import { serviceError } from "../../sessions/errors.js";
/** Changes nothing (RFC 9110 section 9.2.1), so that it does no harm from wherever it comes. */
export function isSafe(method) {
    return ['GET', 'HEAD', 'OPTIONS'].includes(method);
}
/** Whether a request says that it comes from a page of the service: its scheme, and the host that the browser asked for. */
function ownOriginCheck(isHttps) {
    return (request) => request.headers.origin === `${isHttps(request) ? 'https' : 'http'}://${request.headers.host?.toLowerCase()}`;
}
/**
 * Makes the check that what a browser opens with its cookies, and goes on, was opened by such a page or one of the list: by `Origin` alone, which browsers send with every
 * WebSocket. What is read like any other answer may come without it, unless the browser says that it is for a page of another origin: that could not read it, but keep it open.
 */
export function createOriginCheck({ isHttps, origins }) {
    const isOwn = ownOriginCheck(isHttps);
    /** @throws ServiceError `cross_site_request` */
    return function assertOwnOrigin(request) {
        const { origin, upgrade, 'sec-fetch-site': site } = request.headers;
        if (origin === undefined && upgrade === undefined && (site === undefined || site === 'same-origin' || site === 'none'))
            return;
        if (origin === undefined || !(origins.includes(origin) || isOwn(request)))
            throw serviceError('cross_site_request', 'A socket that is opened with the session cookie has to come from a page of this service or of an origin in CORS_ORIGINS. Others open it with a ticket or with x-session-id.');
    };
}
/**
 * Makes the check that a request which a browser sends with its cookies was meant by its user, and not made by another site.
 * `Sec-Fetch-Site` says so, which no page can set. Other origins have to be on the list. Without that header, as from old browsers
 * and on plain HTTP, the service's own origin counts as listed: its scheme, and the host that the browser asked for.
 * X-Forwarded-Host has no say.
 */
export function createSiteCheck({ isHttps, origins }) {
    const isOwn = ownOriginCheck(isHttps);
    function isMeant(request) {
        const { 'sec-fetch-site': site, origin } = request.headers;
        if (site === 'same-origin' || site === 'none')
            return true;
        if (origin !== undefined && origins.includes(origin))
            return true;
        return site === undefined && isOwn(request);
    }
    /** @throws ServiceError `cross_site_request` */
    return function assertOwnSite(request) {
        if (!isMeant(request))
            throw serviceError('cross_site_request', 'A request with the session cookie that changes something has to come from a page of this service or of an origin in CORS_ORIGINS. Other clients send x-session-id.');
    };
}
//# sourceMappingURL=own-site.js.map