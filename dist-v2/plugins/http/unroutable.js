import { randomUUID } from 'node:crypto';
import { problem } from "../../sessions/errors.js";
import { addressForLog } from "./client-address.js";
import { safeHeaders } from "./headers.js";
import { shownPath } from "./request-path.js";
/*
 * Answers for what reaches no route, and so no hook of the service. They are problems with the same headers as all others,
 * and one line in the log each.
 */
const malformed = problem('malformed_request', 'The request cannot be read: its URL, headers or framing are broken.');
const timedOut = problem('request_timeout', 'The request did not arrive in time. Send it again.');
const tooLarge = problem('headers_too_large', 'The URL and headers of the request are larger than the service accepts. Send less.');
/** Fastify's `frameworkErrors`: a target that is no URL. */
export const answerUnroutable = (capture) => function (_error, request, reply) {
    const { status, code } = malformed;
    // The request has no log of its own: Fastify makes it before it knows of one.
    request.server.log.info({ reqId: request.id, method: request.method, path: shownPath(request.url), status, code, ip: addressForLog(request, capture) }, 'request');
    reply.code(status).headers({ 'x-request-id': request.id, ...safeHeaders }).type('application/problem+json').send(malformed);
};
/** Fastify's `clientErrorHandler`: bytes that are no request. There is only the connection to answer, which ends with this. */
export const answerUnreadable = (capture) => function (error, socket) {
    if (socket.writable && error.code !== 'ECONNRESET') {
        const [requestId, body] = [randomUUID(), problemFor(error.code)];
        this.log.info({ reqId: requestId, status: body.status, code: body.code, ip: addressForLog({ ip: undefined, socket }, capture) }, 'request');
        socket.write(rawAnswer(body, requestId));
    }
    socket.destroy();
};
function problemFor(nodeCode) {
    switch (nodeCode) {
        case 'ERR_HTTP_REQUEST_TIMEOUT': return timedOut;
        case 'HPE_HEADER_OVERFLOW': return tooLarge;
        default: return malformed;
    }
}
function rawAnswer(body, requestId) {
    const text = JSON.stringify(body);
    const headers = {
        'x-request-id': requestId,
        ...safeHeaders,
        'content-type': 'application/problem+json; charset=utf-8',
        'content-length': Buffer.byteLength(text),
        connection: 'close'
    };
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('');
    return `HTTP/1.1 ${body.status} ${body.title}\r\n${lines}\r\n${text}`;
}
//# sourceMappingURL=unroutable.js.map