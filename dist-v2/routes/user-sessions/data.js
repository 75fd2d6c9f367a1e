import { callerOf } from "../../plugins/caller-guard.js";
import { asFound, assertAllowed } from "./change.js";
import * as schemas from "./data-schemas.js";
/** What other services keep in any session. */
const userSessionData = async (app) => {
    app.get('/v1/sessions/:sessionId/data', { config: { scope: 'sessions:read', problems: ['session_not_found'] }, schema: schemas.getUserSessionData }, async (request, reply) => {
        const { dataPrefix } = callerOf(request);
        const { etag, data } = await asFound(() => app.sessions.readData({ id: request.params.sessionId }));
        reply.header('etag', etag);
        return { data: Object.fromEntries(Object.entries(data).filter(([key]) => key.startsWith(dataPrefix))) };
    });
    app.put('/v1/sessions/:sessionId/data', {
        config: { scope: 'sessions:write', idempotent: true, problems: ['session_not_found', 'data_key_not_allowed', 'reserved_key', 'malformed_etag', 'version_conflict', 'data_limit_exceeded', 'session_claimed'] },
        schema: schemas.putUserSessionData
    }, async (request, reply) => {
        const [caller, { data }, { sessionId }] = [callerOf(request), request.body, request.params];
        assertAllowed(caller, Object.keys(data));
        const { etag } = await asFound(() => app.sessions.replaceData({ id: sessionId }, caller.dataPrefix, data, request.headers['if-match']));
        reply.header('etag', etag);
        return { message: 'Session updated', sessionId };
    });
};
export default userSessionData;
//# sourceMappingURL=data.js.map