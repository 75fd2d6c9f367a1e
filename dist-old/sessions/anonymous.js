import { randomBytes } from 'node:crypto';
import { overLimit } from "./data/data.js";
import { ServiceError } from "./errors.js";
/** What the id of everybody begins with who has not logged in; reserved (lua/includes/session.lua knows it, too). */
export const ANONYMOUS = 'anonymous:';
/** Somebody who has not logged in: each session has a user of its own. */
export function newAnonymousId() {
    return ANONYMOUS + randomBytes(16).toString('base64url');
}
export function isAnonymous({ userId }) {
    return userId.startsWith(ANONYMOUS);
}
export function anonymousOf(credential, keeps = 'all', prefix = '') {
    return credential === undefined ? undefined : { credential, keeps, prefix };
}
/**
 * Opens a session in the place of an anonymous one: claims that, opens the new one by `open` with its data, and ends the anonymous one, which is what makes
 * it so. Whatever fails before that leaves the anonymous session as it was. A claim names the new session: if this process dies half-way, whoever claims next ends it, or upkeep
 * a minute later. Promoted again within a minute for the same user, as by a client that got no answer, the data comes from the session that took it.
 * Resolves to null, and nothing is left, if `open` does; to `displaced` if another login has claimed the same session meanwhile.
 * @throws ServiceError `data_limit_exceeded` if a session may hold less by now, `login_busy`, `store_unavailable`, and what `open` throws
 */
export async function promote({ store, dataLimits }, { credential, ...kept }, successor, open) {
    // Whoever comes with a credential that was replaced long ago has stolen it, and ends the session.
    const session = await store.validate(credential, true);
    const claimed = session === null || isAnonymous(session) ? await store.claim(credential, successor) : null;
    if (claimed === null)
        return open(new Map());
    const isTaken = claimed.values === null;
    const giveUp = async (isOpened) => {
        // What cannot be undone now is undone by whoever claims next, or by upkeep. Where the place is taken already the data may be in this session alone.
        if (!isTaken)
            await Promise.allSettled([isOpened && store.end(successor.userId, successor.id, { reason: 'replaced' }), store.unclaim(credential.id, successor, isOpened)]);
    };
    let opened;
    try {
        const values = keptOf(claimed.values ?? await dataOf(claimed.takenBy), kept);
        assertWithin(values, dataLimits);
        opened = await open(values);
    }
    catch (error) {
        await giveUp(!isRefusal(error));
        throw error;
    }
    // If that gets no answer nobody knows which of the two is to go: who comes again finds out.
    if (opened !== null && (isTaken || await store.promote(credential.id, successor)))
        return opened;
    await giveUp(true);
    return opened === null ? opened : 'displaced';
    /** Of the last of them that lives. */
    async function dataOf(sessions) {
        for (const { id } of sessions) {
            const found = await store.readData(id, null);
            if (found !== null)
                return found.values;
        }
        return new Map();
    }
}
/** Whether nothing was opened for sure. */
function isRefusal(error) {
    return error instanceof ServiceError && error.code !== 'store_unavailable';
}
/** What is over a cap that was lowered since is refused before anything is done. @throws ServiceError `data_limit_exceeded` */
function assertWithin(values, limits) {
    const bytes = [...values].reduce((sum, [key, json]) => sum + Buffer.byteLength(key) + Buffer.byteLength(json), 0);
    if (values.size > limits.keys)
        throw overLimit('DATA_MAX_KEYS', 'the session', limits.keys, values.size);
    if (bytes > limits.bytes)
        throw overLimit('DATA_MAX_BYTES', 'the session', limits.bytes, bytes);
}
function keptOf(values, { keeps, prefix = '' }) {
    if (keeps === 'all')
        return values;
    const keys = keeps === 'none' ? [] : keeps;
    return new Map([...values].filter(([key]) => keys.includes(key) || !key.startsWith(prefix)));
}
//# sourceMappingURL=anonymous.js.map