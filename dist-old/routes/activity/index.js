import { sessionOf } from "../../plugins/guard.js";
import { describeEvent } from "./describe-event.js";
import * as schemas from "./schemas.js";
const activity = async (app) => {
    app.get('/me/activity', { config: { problems: ['malformed_cursor'] }, schema: schemas.myActivity }, async (request) => {
        const { limit, cursor } = request.query;
        const { events, nextCursor } = await app.sessions.activity(sessionOf(request), Number(limit), cursor);
        return { events: events.map(describeEvent), nextCursor };
    });
    app.get('/sessions/:sessionId/activity', { config: { problems: ['session_not_found', 'malformed_cursor'] }, schema: schemas.sessionActivity }, async (request) => {
        const { limit, cursor } = request.query;
        const { events, nextCursor } = await app.sessions.activityOf(sessionOf(request), request.params.sessionId, Number(limit), cursor);
        return { events: events.map(describeEvent), nextCursor };
    });
};
export default activity;
//# sourceMappingURL=index.js.map