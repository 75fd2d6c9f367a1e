import { nextCursorOf, pageOf, placeAfter } from "./cursor.js";
import { serviceError } from "./errors.js";
/** What happened to a user's sessions: the history verbs of the session service. */
export function createHistory(store, cursorsOf) {
    async function eventsOf(session, sessionId, limit, cursor) {
        const cursors = cursorsOf('activity', session.userId, sessionId);
        const after = placeAfter(cursors, cursor);
        const { events, isOwn } = await store.activity(session.userId, sessionId);
        const asked = sessionId === null ? events : events.filter(event => event.sessionId === sessionId);
        // A session may outlive what is kept of its history, and the other way round.
        if (sessionId !== null && !isOwn && asked.length === 0)
            throw notFound();
        const { page, end } = pageOf(asked, ({ atMs, id }) => ({ ms: atMs, key: String(id) }), limit, after);
        return { events: page, nextCursor: nextCursorOf(cursors, end) };
    }
    return {
        /** A page of what happened to all of the user's sessions, newest first. @throws ServiceError `malformed_cursor` */
        activity: (session, limit, cursor) => eventsOf(session, null, limit, cursor),
        /** The same of one of them, alive or ended. @throws ServiceError `malformed_cursor`; `session_not_found` for an unknown or foreign id alike */
        activityOf: (session, sessionId, limit, cursor) => eventsOf(session, sessionId, limit, cursor),
        /** A page of the user's sessions that have ended, newest end first; `count` is all that are kept. @throws ServiceError `malformed_cursor` */
        async listEnded(session, limit, cursor) {
            const cursors = cursorsOf('ended', session.userId);
            const after = placeAfter(cursors, cursor);
            const ended = await store.listEnded(session.userId);
            const { page, end } = pageOf(ended, ({ endedAtMs, id }) => ({ ms: endedAtMs, key: id }), limit, after);
            return { count: ended.length, sessions: page, nextCursor: nextCursorOf(cursors, end) };
        },
        /** What is known of any session, whoever's it is. */
        explain: (id) => store.explain(id)
    };
}
function notFound() {
    return serviceError('session_not_found', 'You have no session with this id, and none is remembered. GET /me/activity shows what is.');
}
//# sourceMappingURL=history.js.map