import fp from 'fastify-plugin';
import { allowedOrigins } from "../config.js";
import { createHostCookie } from "./http/host-cookie.js";
import { createOriginCheck, createSiteCheck } from "./http/own-site.js";
import { httpsWhen } from "./http/scheme.js";
import { createSessionCookie } from "./http/session-cookie.js";
/** The credential in a cookie, for browsers, and the check of where a request with it comes from. */
export default fp(async (app, { config }) => {
    const isHttps = httpsWhen(config.COOKIE_SECURE);
    app.decorate('sessionCookie', createSessionCookie(isHttps));
    app.decorate('deviceCookie', createHostCookie(isHttps, 'device'));
    app.decorate('assertOwnOrigin', createOriginCheck({ isHttps, origins: allowedOrigins(config.CORS_ORIGINS) }));
    app.decorate('assertOwnSite', createSiteCheck({ isHttps, origins: allowedOrigins(config.CORS_ORIGINS) }));
}, { name: 'cookie-mode' });
//# sourceMappingURL=cookie-mode.js.map