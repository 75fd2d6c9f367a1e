import fp from 'fastify-plugin';
import { problem } from "../../sessions/errors.js";
import { codedError } from "./coded-error.js";
/** When a caller that got a 503 should come again: the service recovers within this time of the part coming back. */
const RETRY_AFTER_SECONDS = '2';
/** Makes every error of every kind `application/problem+json` (RFC 9457); no stack, no text of Redis or PostgreSQL. */
export default fp(async (app) => {
    app.decorateReply('refusal', null);
    app.setErrorHandler((error, request, reply) => answer(codedError(error, request), request, reply));
}, { name: 'errors' });
/** Only a defect has a line of its own, with its stack; of everything else the line of the request has the code (request-log.ts). */
function answer(error, request, reply) {
    const body = problem(error.code, error.message, error.extras);
    if (body.code === 'internal_error')
        request.log.error({ err: error.cause, code: body.code }, body.error);
    if (body.status === 503)
        reply.header('retry-after', RETRY_AFTER_SECONDS);
    if (body.status === 401)
        reply.header('www-authenticate', challengeOf(body));
    reply.refusal = error;
    return reply.code(body.status).headers(error.headers).type('application/problem+json').send(body);
}
const ofServices = ['no_service_key', 'invalid_service_key', 'invalid_client_assertion'];
const ofWorthless = ['invalid_session', 'invalid_service_key', 'invalid_client_assertion'];
/** RFC 6750 section 3: the error code only when a token was sent. */
function challengeOf({ code }) {
    const bearer = ofWorthless.includes(code) ? 'Bearer realm="sessions", error="invalid_token"' : 'Bearer realm="sessions"';
    return ofServices.includes(code) ? `${bearer}, Basic realm="sessions"` : bearer;
}
//# sourceMappingURL=errors.js.map