import { nextCursorOf, pageOf, placeAfter, placeOf } from "./cursor.js";
import { fits } from "./filter.js";
/** Of a list, so many are read or ended at the same time: others want to ask the store, too. */
const READ_AT_ONCE = 100;
const ENDED_AT_ONCE = 50;
/** Sessions that one call ends at most. */
export const MOST_ENDED = 500;
/** All live sessions of a user that fit, newest first; there are at most a thousand. */
export async function matching(store, userId, filter) {
    const [isMeant, found] = [fits(filter), []];
    let after = null;
    do {
        const { sessions } = await store.list(userId, { limit: READ_AT_ONCE, after, deviceType: filter.deviceType ?? null });
        found.push(...sessions.filter(isMeant));
        const last = sessions[READ_AT_ONCE - 1];
        after = last === undefined ? null : { createdAtMs: last.times.createdAtMs, id: last.id };
    } while (after !== null);
    return found;
}
/** Says of each whether it ended it. Rejects if that is not known of one, when those that were asked for with it have been answered. */
export async function endEach(meant, end) {
    const ended = [];
    for (let start = 0; start < meant.length; start += ENDED_AT_ONCE) {
        for (const outcome of await Promise.allSettled(meant.slice(start, start + ENDED_AT_ONCE).map(end))) {
            if (outcome.status === 'rejected')
                throw outcome.reason;
            ended.push(outcome.value);
        }
    }
    return ended;
}
/** The verbs of the session service that are about many sessions. */
export function createMany(store, cursorsOf) {
    /** Ends that session, whoever's it is. Says whether it ended one. */
    async function endAny(id, cause) {
        const session = await store.describe(id);
        return session !== null && store.end(session.userId, id, cause);
    }
    return {
        endAny,
        /** A page of the user's live sessions that fit, newest first; `count` is all of these. @throws ServiceError `malformed_cursor` */
        async list({ userId }, limit, cursor, { deviceType, ...filter } = {}) {
            const cursors = cursorsOf('sessions', userId, { deviceType, ...filter });
            const place = placeAfter(cursors, cursor);
            if (Object.values(filter).some(value => value !== undefined)) {
                const found = await matching(store, userId, { deviceType, ...filter });
                const { page, end } = pageOf(found, placeOf, limit, place);
                return { count: found.length, sessions: page, nextCursor: nextCursorOf(cursors, end) };
            }
            const after = place && { createdAtMs: place.ms, id: place.key };
            // One more than the page tells whether there is a next one.
            const { count, sessions } = await store.list(userId, { limit: limit + 1, after, deviceType: deviceType ?? null });
            const page = sessions.slice(0, limit);
            const last = sessions.length > limit ? page.at(-1) : undefined;
            return { count, sessions: page, nextCursor: nextCursorOf(cursors, last && placeOf(last)) };
        },
        /** Ends the user's sessions that fit, the newest first and MOST_ENDED at most, or only says how many fit. */
        async endMatching(userId, filter, cause, isDryRun) {
            const found = await matching(store, userId, filter);
            const meant = found.slice(0, MOST_ENDED).map(({ id }) => id);
            const ended = isDryRun ? [] : await endEach(meant, id => store.end(userId, id, cause));
            return { processed: isDryRun ? found.length : meant.length, ended: ended.filter(wasThere => wasThere).length, more: !isDryRun && found.length > meant.length };
        },
        /** Ends sessions by their public ids, whoever's they are. Resolves to those that were not there. */
        async endListed(ids, cause) {
            const ended = await endEach(ids, id => endAny(id, cause));
            return ids.filter((_id, i) => ended[i] !== true);
        }
    };
}
//# sourceMappingURL=many.js.map