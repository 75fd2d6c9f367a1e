import { hexOf } from "../../events/listener.js";
import { sessionOf } from "../../plugins/guard.js";
import { guardProblems } from "../proof.js";
import { describeEnded, describeSession } from "../describe-session.js";
import * as schemas from "./schemas.js";
const sessions = async (app) => {
    app.get('/sessions', { config: { problems: ['malformed_cursor'] }, schema: schemas.listSessions }, async (request) => {
        const current = sessionOf(request);
        const { ended, limit, cursor } = request.query;
        if (ended === 'true') {
            const { sessions, ...rest } = await app.sessions.listEnded(current, Number(limit), cursor);
            return { ...rest, sessions: sessions.map(describeEnded) };
        }
        const [{ count, sessions, nextCursor }, online] = await Promise.all([app.sessions.list(current, Number(limit), cursor), app.events.presence.of(current.userId)]);
        return { count, sessions: sessions.map(session => ({ ...describeSession(session, current.id), online: online.has(hexOf(session.id)) })), nextCursor };
    });
    app.get('/sessions/quota', { schema: schemas.showQuota }, async (request) => {
        const { byDeviceType, ...quota } = await app.sessions.quota(sessionOf(request));
        return { ...quota, ...(byDeviceType.size > 0 && { byDeviceType: Object.fromEntries(byDeviceType) }) };
    });
    app.delete('/sessions/all', { config: { strict: true, evenIfMoved: true, problems: guardProblems }, schema: schemas.endAllSessions }, async (request, reply) => {
        const current = sessionOf(request);
        const { userId, id } = current;
        await app.youngSessions.assertMayEndAll(current);
        const message = 'Logged out from all devices';
        if (request.query.except === 'current')
            return { message, ended: await app.sessions.endOthers(current) };
        const ended = await app.sessions.endAll(userId, null, { reason: 'ended_all', actor: id });
        app.sessionCookie.clear(request, reply);
        return { message, ended };
    });
    app.patch('/sessions/:sessionId', { config: { strict: true, problems: ['session_not_found'] }, schema: schemas.renameSession }, async (request) => {
        const { sessionId } = request.params;
        const { deviceName } = request.body;
        await app.sessions.rename(sessionOf(request), sessionId, deviceName);
        return { message: 'Session renamed', sessionId, deviceName };
    });
    app.delete('/sessions/:sessionId', { config: { strict: true, evenIfMoved: true, problems: ['session_not_found', ...guardProblems] }, schema: schemas.endSession }, async (request, reply) => {
        const { sessionId } = request.params;
        const current = sessionOf(request);
        await app.youngSessions.assertMayEnd(current, sessionId);
        await app.sessions.endOne(current, sessionId);
        if (sessionId === current.id)
            app.sessionCookie.clear(request, reply);
        return { message: 'Session ended', sessionId };
    });
};
export default sessions;
//# sourceMappingURL=index.js.map