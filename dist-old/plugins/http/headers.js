import fp from 'fastify-plugin';
import { allowedOrigins } from "../../config.js";
/** Headers of every answer: nothing is stored, sniffed or framed. Pages have a Referrer-Policy too (plugins/docs.ts); nothing else sends its reader anywhere. */
export const safeHeaders = {
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'content-security-policy': "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
};
/**
 * Sets them, and the id of the request, when an answer is ready. The documentation's pages then put their own Content-Security-Policy over it (plugins/docs.ts).
 * Where pages of some origins may read more than others (cors.ts), every answer tells caches so.
 */
export default fp(async (app, { config }) => {
    const ofEveryAnswer = allowedOrigins(config.CORS_ORIGINS).length === 0 ? safeHeaders : { ...safeHeaders, vary: 'Origin' };
    app.addHook('onSend', (request, reply, _payload, done) => {
        reply.headers(ofEveryAnswer).header('x-request-id', request.id);
        // Not earlier: a request that was running when draining began would keep its connection, and a kept connection holds up the stop.
        if (app.draining.isOn)
            reply.header('connection', 'close');
        done();
    });
}, { name: 'headers', dependencies: ['draining'] });
//# sourceMappingURL=headers.js.map