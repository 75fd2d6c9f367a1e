import { slotOf, tagOf } from "../../sessions/credential.js";
import { touchText } from "../everybody.js";
import { historyText } from "../history.js";
/** How long log and presence are kept when nobody listens any more. */
const KEPT_MS = 300_000;
/** How long an instance of which nothing is heard is taken to be there. */
const LEASE_MS = 4000;
/** UserLog over Redis. */
export function createUserLog({ client, keys, liveCount, instance, graceMs, ...options }, call) {
    const [touch, history] = [touchText(options), historyText(options.historyLimits)];
    async function watchSlot(users) {
        const [names, args] = [[], []];
        for (const { userId, sessionIds, after, keeps } of users) {
            const tag = tagOf(userId);
            names.push(keys.userEvents(tag, userId), keys.userPresence(tag, userId), ...sessionIds.map(keys.session));
            args.push(sessionIds.length, after ?? '', keeps);
        }
        const replies = await call(() => client.eventsWatch(names.length, ...names, touch(), history, KEPT_MS, instance, graceMs, ...args));
        return replies.map(reply => reply && watchedOf(reply));
    }
    async function glanceAtSlot(users) {
        const [names, args] = [[], []];
        for (const { userId, sessionIds, newest } of users) {
            const tag = tagOf(userId);
            names.push(keys.userEvents(tag, userId), keys.notBefore(tag), ...sessionIds.map(keys.session));
            args.push(userId, sessionIds.length, newest);
        }
        const places = new Set(await call(() => client.eventsGlance(names.length, ...names, ...args)));
        return users.map((_, i) => places.has(i + 1));
    }
    return {
        async haveChanged(users) {
            if (!client.isCluster)
                return glanceAtSlot(users);
            return (await Promise.all(users.map(user => glanceAtSlot([user]).catch(() => [false])))).flat();
        },
        async watch(users) {
            if (!client.isCluster)
                return watchSlot(users);
            // On a Cluster a call is about one slot.
            return (await Promise.all(users.map(user => watchSlot([user]).catch(() => [null])))).flat();
        },
        async touch(sessionId) {
            const moved = await call(() => client.sessionTouch(keys.session(sessionId), touch(), ''));
            if (moved === null)
                return false;
            liveCount.move(moved[0], moved[1]);
            return true;
        },
        async leave(userId, sessionId) {
            await call(() => client.hdel(keys.userPresence(slotOf(sessionId), userId), fieldOf(sessionId, instance)));
        },
        async keepLease() {
            return await call(() => client.set(keys.eventsInstance(instance), '1', 'PX', LEASE_MS, 'GET')) === null;
        },
        async acknowledge(userId, eventId) {
            await call(() => client.publish(keys.eventReceipts, `${eventId}:${userId}`));
        },
        async bury(userId) {
            await call(() => client.sessionsBury(keys.userSessions(tagOf(userId), userId), history, touch()));
        }
    };
}
/** The field of a session that has a connection to an instance. */
function fieldOf(sessionId, instance) {
    return `${sessionId.replaceAll('-', '').slice(4)} ${instance}`;
}
function watchedOf([verdicts, oldest, newest, ...entries]) {
    return { verdicts: verdicts.map(liveVerdictOf), oldest: Number(oldest), newest: Number(newest), entries: entries.map(loggedEventOf) };
}
function liveVerdictOf(verdict) {
    if (verdict === null || verdict.length < 8)
        return verdict && { reason: verdict.join() };
    const [nowMs = 0, idleDeadlineMs = 0, endMs = 0, absoluteDeadlineMs = 0, idleMs = 0, lifetimeMs = 0, generation = 0, graceEndMs = 0] = verdict.map(Number);
    return { nowMs, idleDeadlineMs, endMs, absoluteDeadlineMs, idleMs, lifetimeMs, generation, graceEndMs };
}
function loggedEventOf(entry) {
    const [id = '', hex = '', type = ''] = entry.split(' ', 3);
    return { id: Number(id), hex, type, payload: entry.slice(id.length + hex.length + type.length + 3) };
}
//# sourceMappingURL=log.js.map