import { callerOf } from "../../plugins/caller-guard.js";
import { bodyText } from "../../plugins/http/body-text.js";
import { createTurn } from "../../plugins/http/turn.js";
import { madeOnce } from "../../sessions/made-once.js";
import { batchTooLarge } from "../batch-too-large.js";
import { createFormParser } from "./form.js";
import { activeOf, introspect, introspectAll } from "./introspection.js";
import * as schemas from "./schemas.js";
/** Room for one token and what else a form may say. */
const FORM_BODY_LIMIT = 8192;
/** Room for as many as one call may ask about, tokens included. */
const BATCH_BODY_LIMIT = 1024 * 1024;
const JSON_TYPE = 'application/json; charset=utf-8';
/** Written once for a verdict that is repeated, of which many ask. */
const textOf = madeOnce((session, reply) => String(reply.serializeInput(activeOf(session), '200', 'application/json')));
const routes = async (app) => {
    // Where this instance repeats no verdict, nobody else should.
    const longestMs = app.nearCache?.lifeMs ?? 0;
    const together = createTurn();
    app.addSchema(schemas.IntrospectionSchema);
    const parseForm = createFormParser(Object.keys(schemas.IntrospectBodySchema.properties));
    await app.register(async (single) => {
        single.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'buffer', bodyLimit: FORM_BODY_LIMIT }, (request, body, done) => parseForm(bodyText(request, body), done));
        single.post('/v1/introspect', { config: { scope: 'sessions:introspect', takesForms: true }, schema: schemas.introspect }, (request, reply) => {
            const { token, include = '' } = request.body;
            const found = introspect(app, { caller: callerOf(request), include, longestMs, textOf: session => textOf(session, reply) }, token);
            const answer = ({ body, keepMs }) => reply.header('x-keep-ms', String(keepMs)).type(JSON_TYPE).send(body);
            if (found instanceof Promise)
                return found.then(answer);
            together(() => answer(found));
        });
    });
    app.post('/v1/introspect/batch', { config: { scope: 'sessions:introspect', problems: ['batch_too_large'] }, bodyLimit: BATCH_BODY_LIMIT, schema: schemas.introspectBatch }, async (request, reply) => {
        const { tokens, include = '' } = request.body;
        const most = include.includes('data') ? schemas.LARGEST_BATCH_WITH_DATA : schemas.LARGEST_BATCH;
        if (tokens.length > most)
            throw batchTooLarge(`The call asks about ${tokens.length} credentials`, 'tokens', tokens.length, most);
        const found = await introspectAll(app, { caller: callerOf(request), include, longestMs }, tokens);
        reply.header('x-keep-ms', String(Math.min(...found.map(({ keepMs }) => keepMs))));
        return { results: found.map(({ body }) => body) };
    });
};
export default routes;
//# sourceMappingURL=index.js.map