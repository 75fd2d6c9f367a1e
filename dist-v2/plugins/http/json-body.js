import fp from 'fastify-plugin';
import { bodyText } from "./body-text.js";
import { readBody } from "./read-body.js";
/** Bodies are JSON and nothing else. An empty one is no body, whatever its Content-Type says: clients send that with DELETE. */
export default fp(async (app) => {
    const parse = app.getDefaultJsonParser('error', 'error');
    app.removeContentTypeParser(['application/json', 'text/plain']);
    app.addContentTypeParser('application/json', (request, payload, done) => {
        readBody(request, payload, (error, body) => {
            if (error !== null || body.length === 0)
                return done(error, undefined);
            let text;
            try {
                text = bodyText(request, body);
            }
            catch (error) {
                return done(error, undefined);
            }
            parse(request, text, done);
        });
    });
}, { name: 'json-body' });
//# sourceMappingURL=json-body.js.map