import fp from 'fastify-plugin';
import { allowedOrigins } from "../../config.js";
/** How long a browser may go without asking again. */
const PREFLIGHT_SECONDS = 600;
const ofEveryAnswer = {
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'etag, ratelimit, ratelimit-policy, retry-after, www-authenticate, x-request-id, x-session-id'
};
const ofPreflights = {
    'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
    'access-control-allow-headers': 'authorization, content-type, if-match, last-event-id, x-device-id, x-request-id, x-session-id',
    'access-control-max-age': String(PREFLIGHT_SECONDS)
};
/**
 * Lets pages of the origins in CORS_ORIGINS read answers, with cookies (the CORS protocol of the Fetch standard). A page of any other
 * origin gets the same answer without these headers, which its browser keeps from it; its preflight is a method like any other.
 * A preflight carries no credential, so it is answered before anything asks for one.
 */
export default fp(async (app, { config }) => {
    const origins = allowedOrigins(config.CORS_ORIGINS);
    if (origins.length === 0)
        return;
    app.addHook('onRequest', ({ method, headers }, reply, next) => {
        const { origin } = headers;
        if (origin === undefined || !origins.includes(origin))
            return next();
        reply.headers({ 'access-control-allow-origin': origin, ...ofEveryAnswer });
        if (method !== 'OPTIONS' || headers['access-control-request-method'] === undefined)
            return next();
        reply.code(204).headers(ofPreflights).send();
    });
}, { name: 'cors', dependencies: ['headers'] });
//# sourceMappingURL=cors.js.map