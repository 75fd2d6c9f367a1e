import { callerOf } from "../../plugins/caller-guard.js";
import { invalidMember } from "../../sessions/errors.js";
import { assertEverybodyMeant, assertSomeMeant, filterOf } from "./filter.js";
/** Why, for the history of whose sessions end. */
export const cause = { reason: 'ended_by_service' };
/**
 * Ends the sessions that a query means, or says how many those are.
 * @throws ServiceError `validation_failed` if it does not say whose, `malformed_cursor`, `store_unavailable`
 */
export async function endSessions(app, request, { userId, confirm, dryRun, cursor, ...query }) {
    const [filter, isDryRun] = [filterOf(query), dryRun === 'true'];
    if (confirm === 'everybody') {
        assertEverybodyMeant({ userId, cursor }, filter);
        return isDryRun ? countEverybodys(app) : endEverybodys(app, request);
    }
    if (userId === undefined) {
        assertSomeMeant(filter, confirm === 'matching');
        return endAmongAll(app, request, filter, isDryRun, cursor);
    }
    if (confirm !== undefined)
        throw invalidMember('confirm', 'The sessions of one user need no confirmation. Leave confirm out, or the userId if those of everybody are meant. Nothing was ended.', 'querystring');
    if (cursor !== undefined)
        throw invalidMember('cursor', 'The sessions of one user need no cursor: repeat the call while there are more. Nothing was ended.', 'querystring');
    return isDryRun || Object.keys(filter).length > 0 ? endMatching(app, userId, filter, isDryRun) : endAllOf(app, userId);
}
async function endAllOf(app, userId) {
    const ended = await app.sessions.endAll(userId, null, cause);
    return { message: 'Logged out from all devices', processed: ended, ended, more: false };
}
async function endMatching(app, userId, filter, isDryRun) {
    const { processed, ended, more } = await app.sessions.endMatching(userId, filter, cause, isDryRun);
    return { message: isDryRun ? 'Nothing was ended' : 'Sessions ended', processed, ended, more };
}
/** Who did it is in the log, as for everybody's, also of a call that fails half-way. */
async function endAmongAll(app, request, filter, isDryRun, cursor) {
    let hasEnded = 0;
    try {
        const { processed, ended, more, nextCursor } = await app.sessions.endAmongAll({ filter, cause, isDryRun, cursor, onEnded: () => { hasEnded++; } });
        return { message: isDryRun ? 'Nothing was ended' : 'Sessions ended', processed, ended, more, cursor: nextCursor };
    }
    finally {
        if (hasEnded > 0)
            request.log.warn({ caller: callerOf(request).name, by: Object.keys(filter), ended: hasEnded }, 'sessions of several users were ended');
    }
}
async function countEverybodys(app) {
    return { message: 'Nothing was ended', processed: await app.sessions.countLive(), ended: 0, more: false };
}
/** Who did it is in the log: nobody's history says that it was not theirs alone. */
async function endEverybodys(app, request) {
    const live = await app.sessions.endEverybody();
    request.log.warn({ caller: callerOf(request).name, live }, 'the sessions of everybody were ended');
    return { message: 'Logged out everybody', processed: live, ended: live, more: false };
}
//# sourceMappingURL=end.js.map