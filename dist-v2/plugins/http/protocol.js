import fp from 'fastify-plugin';
import { serviceError } from "../../sessions/errors.js";
/**
 * What HTTP/1.1 asks of every request: a Host header (RFC 9112 section 3.2) and no expectation but 100-continue (RFC 9110 section
 * 10.1.1). Node would refuse such requests by itself, with an empty answer that nobody logs; app.ts tells it not to look for Host.
 */
export default fp(async (app) => {
    const unexpected = new WeakSet();
    app.server.on('checkExpectation', (request, response) => {
        unexpected.add(request);
        app.server.emit('request', request, response);
    });
    app.addHook('onRequest', ({ raw }, _reply, done) => {
        if (raw.httpVersion === '1.1' && raw.headers.host === undefined)
            done(hostMissing());
        else if (raw.headers.expect !== undefined && unexpected.has(raw))
            done(expectationFailed());
        else
            done();
    });
}, { name: 'protocol', dependencies: ['errors', 'headers'] });
function hostMissing() {
    return serviceError('malformed_request', 'The request has no Host header, which HTTP/1.1 asks for.');
}
/** The body, which the client keeps back until it is told otherwise, will not be read: no other request can follow. */
function expectationFailed() {
    return serviceError('expectation_failed', 'The only expectation that can be met is 100-continue. Leave the Expect header out.', { headers: { connection: 'close' } });
}
//# sourceMappingURL=protocol.js.map