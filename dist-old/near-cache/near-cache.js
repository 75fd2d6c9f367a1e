import { slotOf, tagOf } from "../sessions/credential.js";
import { openedSession } from "../sessions/session.js";
import { createVerdicts } from "./verdicts.js";
/**
 * A store that repeats its verdicts: most validations need no Redis, and nothing to wait for. It remembers each for at most `lifeMs` from the moment when it was
 * asked for, and no longer than the store says that nothing happens by itself: no deadline passes, no grace ends, no use has to be
 * recorded. Who joins a question of others is given its answer on the same terms. A change drops what is remembered of its slot, here before its verb resolves, and
 * elsewhere when the news arrives. Verdicts that were on their way meanwhile are given to those who asked, and forgotten. While news may be missed, the store is asked each time.
 */
export function createNearCache({ store, changes, lifeMs, clock = () => performance.now(), ...limits }) {
    const verdicts = createVerdicts({ ...limits, lifeMs });
    const reads = new Map();
    function forget(tag) {
        if (tag === null)
            verdicts.clear();
        else
            verdicts.dropSlot(numberOf(tag));
    }
    const isOvertaken = ({ slot, changes }) => changes !== verdicts.changesOf(slot);
    /** Until when what was asked for at that moment may be repeated. */
    const goodUntilOf = (askedAtMs, session) => askedAtMs + Math.min(lifeMs, session?.goodForMs ?? lifeMs);
    /** What others have asked for already, unless that is longer ago than a verdict may be. */
    function underWay(key, nowMs) {
        const read = reads.get(key);
        return read !== undefined && !isOvertaken(read) && nowMs < read.askedAtMs + lifeMs ? read : undefined;
    }
    /** The verdict that others have asked for, if it may be repeated when this call comes. Otherwise one that is asked for after it, which is good for it whatever it is. */
    async function join(read, key, credential, calledMs) {
        const session = await read.repeated;
        if (calledMs < goodUntilOf(read.askedAtMs, session))
            return session;
        const nowMs = clock();
        return underWay(key, nowMs)?.repeated ?? ask(key, credential, nowMs);
    }
    function ask(key, credential, askedAtMs) {
        const slot = numberOf(slotOf(credential.id));
        const asked = { askedAtMs, slot, changes: verdicts.changesOf(slot) };
        const found = Promise.resolve(store.validate(credential));
        const settle = () => reads.get(key)?.found === found && reads.delete(key);
        const repeated = found.then(session => {
            settle();
            const wasOvertaken = isOvertaken(asked);
            if (session?.isAdvanced === true)
                verdicts.dropSlot(slot);
            // Only the use that was written down says where it was from before, and only to who asked: it is noted once.
            const verdict = session && { ...session, lastOrigin: null, isAdvanced: false };
            const kept = wasOvertaken ? null : keep(credential, asked, verdict);
            if (session !== null && kept !== null)
                Object.assign(session, { made: kept.made, goodUntilMs: kept.goodUntilMs });
            return kept ?? verdict;
        }, error => {
            settle();
            throw error;
        });
        repeated.catch(() => { });
        reads.set(key, { ...asked, found, repeated });
        return found;
    }
    /** What is repeated of it; null if it is not kept, or is a refusal. */
    function keep(credential, { slot, askedAtMs }, session) {
        const [nowMs, goodUntilMs] = [clock(), goodUntilOf(askedAtMs, session)];
        if (nowMs >= goodUntilMs || !changes.isProven(nowMs))
            return null;
        const kept = session && { ...session, made: [], goodUntilMs };
        verdicts.keep(credential, slot, kept, goodUntilMs, nowMs);
        return kept;
    }
    /** What was opened is remembered as a validation would find it: most clients ask at once what they are. */
    async function create(session) {
        const slot = numberOf(tagOf(session.userId));
        const asked = { askedAtMs: clock(), slot, changes: verdicts.changesOf(slot) };
        const created = await store.create(session).catch(error => {
            verdicts.dropSlot(slot);
            throw error;
        });
        // One after the other, with nothing to wait for in between: whatever ends it from now on drops it.
        const wasOvertaken = isOvertaken(asked);
        verdicts.dropSlot(slot);
        const { goodForMs, sinceEndAllMs: _sinceEndAllMs, ...times } = created;
        if (!wasOvertaken)
            keep(session.credential, asked, { ...openedSession(session.credential.id, session, times), goodForMs, isAdvanced: false });
        return created;
    }
    /** By what holds at this moment. It may have found a reuse, which ends the session, or a new generation. */
    async function strictly(credential, isUse) {
        const session = await store.validate(credential, true, isUse);
        if (session === null || session.isAdvanced)
            forget(slotOf(credential.id));
        return session;
    }
    /** The verb, after which nothing is remembered of the slot, or of all, that it may have changed. Also if it failed: it may have happened. */
    async function changing(slot, verb) {
        return verb.finally(() => forget(slot));
    }
    changes.listen(forget);
    return {
        store: {
            ...store,
            validate(credential, isStrict = false, isUse = true) {
                const nowMs = clock();
                // Who would share what is no use would not be recorded either.
                if (isStrict || !isUse)
                    return strictly(credential, isUse);
                if (!changes.isProven(nowMs))
                    return store.validate(credential);
                const known = verdicts.get(credential, nowMs);
                if (known !== undefined)
                    return known;
                const key = keyOf(credential);
                const read = underWay(key, nowMs);
                return read === undefined ? ask(key, credential, nowMs) : join(read, key, credential, nowMs);
            },
            create,
            extend: (id, ms) => changing(slotOf(id), store.extend(id, ms)),
            replace: (id, ...change) => changing(slotOf(id), store.replace(id, ...change)),
            flag: (id, change) => changing(slotOf(id), store.flag(id, change)),
            promote: (id, successor) => changing(slotOf(id), store.promote(id, successor)),
            end: (userId, id, cause) => changing(slotOf(id), store.end(userId, id, cause)),
            endAll: (userId, keepId, cause) => changing(tagOf(userId), store.endAll(userId, keepId, cause)),
            endOthers: (userId, id, cause) => changing(tagOf(userId), store.endOthers(userId, id, cause)),
            endEverybody: () => changing(null, store.endEverybody())
        },
        size: verdicts.size,
        clear: () => forget(null)
    };
}
/** What tells a credential from all others; no secret. */
function keyOf({ id, generation, secretDigest }) {
    return `${id}.${generation}.${secretDigest}`;
}
function numberOf(tag) {
    return parseInt(tag, 16);
}
//# sourceMappingURL=near-cache.js.map