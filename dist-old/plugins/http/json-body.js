import fp from 'fastify-plugin';
import { bodyText } from "./body-text.js";
/** Bodies are JSON and nothing else. An empty one is no body, whatever its Content-Type says: clients send that with DELETE. */
export default fp(async (app) => {
    const parse = app.getDefaultJsonParser('error', 'error');
    app.removeContentTypeParser(['application/json', 'text/plain']);
    app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body, done) => {
        if (body.length === 0)
            return done(null, undefined);
        parse(request, bodyText(request, body), done);
    });
}, { name: 'json-body' });
//# sourceMappingURL=json-body.js.map