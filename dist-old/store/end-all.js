import { tagOf } from "../sessions/credential.js";
import { touchText } from "./everybody.js";
import { historyText } from "./history.js";
/** Sessions that one script deletes at most, so that no call blocks Redis for longer than about half a millisecond. */
const SLICE = 8;
/** Deletes what an index holds of dead sessions, in slices; resolves to how many that were. */
export function createDeletion({ client, liveCount, historyLimits, ...options }, call) {
    const [history, touch] = [historyText(historyLimits), touchText(options)];
    async function passOver(index) {
        let deleted = 0;
        for (let stayed = 0;;) {
            const [seen, staying, ...buckets] = await call(() => client.sessionsEndSlice(index, stayed, SLICE, touch(), history));
            for (const bucket of buckets)
                liveCount.remove(bucket);
            deleted += buckets.length;
            stayed += staying;
            if (seen < SLICE)
                return { deleted, stayed };
        }
    }
    /** A member that stays may move to the end of the index meanwhile and let another slip by: looked at again until nothing is left. */
    return async function deleteEnded(index) {
        let total = 0;
        for (;;) {
            const { deleted, stayed } = await passOver(index);
            total += deleted;
            if (deleted === 0 || stayed === 0)
                return total;
        }
    };
}
/** Ends all sessions of a user: one write that ends them, then slices that delete them. */
export function createEndAll(options, call) {
    const { client, keys, longestLifetimeMs } = options;
    const [deleteEnded, touch] = [createDeletion(options, call), touchText(options)];
    /** Says whether they have ended. */
    async function endBefore(userId, keepId, { reason, actor = '' }, onlyIfKept) {
        const kept = keepId === null ? '' : keys.session(keepId);
        return await call(() => client.sessionsEndBefore(keys.notBefore(tagOf(userId)), userId, longestLifetimeMs, kept, touch(), reason, actor, onlyIfKept ? '1' : '')) !== null;
    }
    const indexOf = (userId) => keys.userSessions(tagOf(userId), userId);
    return {
        async endAll(userId, keepId, cause = { reason: 'ended_all' }) {
            await endBefore(userId, keepId, cause, false);
            return deleteEnded(indexOf(userId));
        },
        async endOthers(userId, id, cause = { reason: 'ended_all' }) {
            return await endBefore(userId, id, cause, true) ? deleteEnded(indexOf(userId)) : null;
        }
    };
}
//# sourceMappingURL=end-all.js.map