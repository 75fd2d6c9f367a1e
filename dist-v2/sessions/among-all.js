import { createHash } from 'node:crypto';
import { isNewer, placeIn, placeOf, textOf } from "./cursor.js";
import { endEach, matching, MOST_ENDED } from "./many.js";
/** Users whose sessions are read at the same time. */
const USERS_AT_ONCE = 16;
/** When it has looked at so many users, or taken so many steps or so long (ms), a call does not begin another step: a page may be short, or empty, and not the last. */
const MANY_USERS = 200;
const MANY_STEPS = 100;
const LONG_MS = 300;
/** So many wait: of more the oldest are shown anew. */
const MOST_PARTS = 8;
/** The verbs of the session service that are about the sessions of everybody that are of a kind. */
export function createAmongAll(store, cursorsOf, clock = () => performance.now()) {
    /** Of each of these users. */
    const sessionsOf = (userIds, filter) => Promise.all(userIds.map(userId => matching(store, userId, filter)));
    /** Whether a call may begin another step. */
    function patience() {
        const until = clock() + LONG_MS;
        let [steps, users] = [0, 0];
        return {
            isLeft: () => steps < MANY_STEPS && users < MANY_USERS && clock() < until,
            spend(lookedAt) {
                steps++;
                users += lookedAt;
            }
        };
    }
    return {
        /**
         * Live sessions of everybody that fit, at most `limit`. Those of a user come together, newest first, the users in no order. What lives all the while is on one of the pages;
         * on two only after Redis has changed: another process, slots that moved, hash tables that shrank. @throws ServiceError `malformed_cursor`
         */
        async findAmongAll(limit, cursor, filter) {
            const [cursors, { isLeft, spend }] = [cursorsOf('all', 'list', filter), patience()];
            const page = [];
            let { step, shown, earlier, parts } = positionAfter(cursors, cursor);
            do {
                const { at, userIds, next } = await store.someUsers(step);
                const seen = new Set([...shown, ...earlier]);
                const isPart = (mark) => parts.some(({ user }) => user === mark);
                const left = userIds.map(userId => ({ userId, mark: markOf(userId) })).filter(({ mark }) => !seen.has(mark));
                // Whoever is shown in part goes on before anybody else.
                left.sort((a, b) => Number(isPart(b.mark)) - Number(isPart(a.mark)));
                for (let start = 0; start < left.length; start += USERS_AT_ONCE) {
                    const some = left.slice(start, start + USERS_AT_ONCE);
                    const found = await sessionsOf(some.map(({ userId }) => userId), filter);
                    for (const [i, sessions] of found.entries()) {
                        const mark = String(some[i]?.mark);
                        const part = parts.find(({ user }) => user === mark);
                        const rest = part === undefined ? sessions : sessions.filter(session => isNewer(part.place, placeOf(session)));
                        const fitting = rest.slice(0, limit - page.length);
                        page.push(...fitting);
                        const last = fitting.at(-1);
                        if (last !== undefined)
                            parts = parts.filter(({ user }) => user !== mark);
                        if (fitting.length < rest.length)
                            return { sessions: page, nextCursor: cursorAt(cursors, { step: at, shown, earlier, parts: last === undefined ? parts : [...parts, { user: mark, place: placeOf(last) }] }) };
                        shown.push(mark);
                    }
                }
                if (next === null)
                    return { sessions: page, nextCursor: undefined };
                spend(left.length);
                const inStep = new Set(userIds.map(markOf));
                [step, shown, earlier, parts] = [next, [], shown.filter(mark => !inStep.has(mark)), parts.filter(({ user }) => !inStep.has(user))];
            } while (isLeft() && page.length < limit);
            return { sessions: page, nextCursor: cursorAt(cursors, { step, shown, earlier, parts }) };
        },
        /**
         * Ends the sessions of everybody that fit, MOST_ENDED at most, or only says how many there are: of as many users as one call looks at. The next call goes on behind those.
         * @throws ServiceError `malformed_cursor`
         */
        async endAmongAll({ filter, cause, isDryRun, cursor, onEnded }) {
            const [cursors, most, { isLeft, spend }] = [cursorsOf('all', isDryRun ? 'count' : 'end', filter), isDryRun ? Infinity : MOST_ENDED, patience()];
            let { step } = positionAfter(cursors, cursor);
            let [processed, ended] = [0, 0];
            async function end({ userId, id }) {
                const wasThere = await store.end(userId, id, cause);
                if (wasThere) {
                    ended++;
                    onEnded();
                }
                return wasThere;
            }
            do {
                const { at, userIds, next } = await store.someUsers(step);
                for (let start = 0; start < userIds.length; start += USERS_AT_ONCE) {
                    const found = (await sessionsOf(userIds.slice(start, start + USERS_AT_ONCE), filter)).flat();
                    const meant = found.slice(0, most - processed);
                    processed += meant.length;
                    if (!isDryRun)
                        await endEach(meant, end);
                    // What has ended does not fit any more: the same step has the others.
                    if (processed === most)
                        return { processed, ended, more: true, nextCursor: cursorAt(cursors, begin(at)) };
                }
                if (next === null)
                    return { processed, ended, more: false, nextCursor: undefined };
                step = next;
                spend(userIds.length);
            } while (isLeft());
            return { processed, ended, more: true, nextCursor: cursorAt(cursors, begin(step)) };
        }
    };
}
const begin = (step) => ({ step, shown: [], earlier: [], parts: [] });
function markOf(userId) {
    return createHash('sha256').update(userId).digest('hex').slice(0, MARK);
}
/** Hex digits of a user's mark. */
const MARK = 12;
function cursorAt(cursors, { step, shown, earlier, parts }) {
    const waiting = parts.slice(-MOST_PARTS).map(({ user, place }) => `${user}${textOf(place)}`);
    return cursors.cursorOf([step, shown.join(''), earlier.join(''), waiting.join()].join('|'));
}
/** @throws ServiceError `malformed_cursor` */
function positionAfter(cursors, cursor) {
    if (cursor === undefined)
        return begin(null);
    const [step, shown, earlier, parts] = cursors.textIn(cursor).split('|');
    return { step, shown: marksIn(shown), earlier: marksIn(earlier), parts: parts.split(',').flatMap(partIn) };
}
function marksIn(text) {
    return text.match(/.{12}/g) ?? [];
}
function partIn(text) {
    return text === '' ? [] : [{ user: text.slice(0, MARK), place: placeIn(text.slice(MARK)) }];
}
//# sourceMappingURL=among-all.js.map