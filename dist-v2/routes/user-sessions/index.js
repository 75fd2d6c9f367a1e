import { callerOf } from "../../plugins/caller-guard.js";
import { MOST_ENDED } from "../../sessions/many.js";
import { describeSession } from "../describe-session.js";
import { timesAnswer } from "../schemas.js";
import { batchTooLarge } from "../batch-too-large.js";
import { change, notFound } from "./change.js";
import userSessionData from "./data.js";
import { cause, endSessions } from "./end.js";
import { filterOf } from "./filter.js";
import { openFor } from "./open.js";
import * as schemas from "./schemas.js";
/** The sessions of any user, for other services. */
const userSessions = async (app) => {
    app.get('/v1/sessions', { config: { scope: 'sessions:read', problems: ['malformed_cursor'] }, schema: schemas.listUserSessions }, async ({ query: { userId, limit, cursor, ...query } }) => {
        const [most, filter] = [Number(limit), filterOf(query)];
        const { sessions, ...found } = await (userId === undefined ? app.sessions.findAmongAll(most, cursor, filter) : app.sessions.list({ userId }, most, cursor, filter));
        return { ...found, sessions: sessions.map(session => ({ userId: session.userId, ...describeSession(session, '') })) };
    });
    app.get('/v1/sessions/:sessionId', { config: { scope: 'sessions:read', problems: ['session_not_found'] }, schema: schemas.showUserSession }, async ({ params: { sessionId } }) => {
        const session = await app.sessions.find(sessionId);
        if (session === null)
            throw notFound();
        return { userId: session.userId, session: describeSession(session, '') };
    });
    app.post('/v1/sessions', { config: { scope: 'sessions:create', idempotent: true, problems: ['data_key_not_allowed', 'data_limit_exceeded', 'session_limit_reached', 'login_busy'] }, schema: schemas.openUserSession }, async (request, reply) => {
        const { credential, session } = await openFor(app, callerOf(request), request.body);
        reply.code(201);
        return { message: 'Session opened', sessionId: credential, sid: session.id, userId: session.userId, session: timesAnswer(session.times) };
    });
    app.patch('/v1/sessions/:sessionId', {
        config: { scope: 'sessions:write', idempotent: true, problems: ['session_not_found', 'data_key_not_allowed', 'reserved_key', 'data_limit_exceeded', 'session_claimed'] },
        schema: schemas.changeUserSession
    }, async (request) => {
        const { sessionId } = request.params;
        await change(app, callerOf(request), sessionId, request.body);
        const session = await app.sessions.find(sessionId);
        if (session === null)
            throw notFound();
        return { message: 'Session changed', session: describeSession(session, '') };
    });
    await app.register(userSessionData);
    app.delete('/v1/sessions/:sessionId', { config: { scope: 'sessions:revoke', idempotent: true, problems: ['session_not_found'] }, schema: schemas.endUserSession }, async ({ params: { sessionId } }) => {
        if (!await app.sessions.endAny(sessionId, cause))
            throw notFound();
        return { message: 'Session ended', sessionId };
    });
    app.post('/v1/sessions/end', { config: { scope: 'sessions:revoke', idempotent: true, problems: ['batch_too_large'] }, bodyLimit: schemas.LIST_BODY_LIMIT, schema: schemas.endListedSessions }, async ({ body: { sessionIds } }) => {
        if (sessionIds.length > MOST_ENDED)
            throw batchTooLarge(`The call names ${sessionIds.length} sessions`, 'sessionIds', sessionIds.length, MOST_ENDED);
        const notFound = await app.sessions.endListed(sessionIds, cause);
        return { message: 'Sessions ended', processed: sessionIds.length, ended: sessionIds.length - notFound.length, more: false, notFound };
    });
    app.delete('/v1/sessions', { config: { scope: 'sessions:revoke', idempotent: true, problems: ['malformed_cursor'] }, schema: schemas.endUserSessions }, async (request) => endSessions(app, request, request.query));
};
export default userSessions;
//# sourceMappingURL=index.js.map