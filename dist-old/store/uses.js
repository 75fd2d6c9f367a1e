import { ServiceError } from "../sessions/errors.js";
import { touchText } from "./everybody.js";
/** As many are written at once, so that they block Redis no longer than a validation may. */
const AT_ONCE = 8;
/**
 * Uses that no validation wrote down, because they were answered from memory or came within the touch interval of the one before. Mostly another use
 * comes after the interval, and its validation writes itself, for all of them. What has waited for an interval without one is written here, with its age; and
 * everything that is left when the service stops. A crash loses less than an interval of the time of the last use.
 */
export function collectUses({ client, keys, liveCount, closeMs, entries = 100_000, clock = () => performance.now(), ...options }, call) {
    const touch = touchText(options);
    const { touchIntervalMs } = options;
    const uses = new Map();
    let running = null;
    let stopsAtMs = Infinity;
    /** Each request comes here: one look, and one moment that is overwritten. */
    function note(id) {
        const nowMs = clock();
        const use = uses.get(id);
        if (use !== undefined)
            use.lastMs = nowMs;
        else if (uses.size < entries)
            uses.set(id, { sinceMs: nowMs, lastMs: nowMs });
    }
    function judged(session) {
        if (session === null)
            return;
        // Where it was last used from is told by the validation that has written its use.
        if (session.lastOrigin === null)
            note(session.id);
        else
            uses.delete(session.id);
    }
    /** Whether it was done with, whatever came of it: a session that has ended stays so. What got no answer waits again. */
    async function write(id, use) {
        try {
            const moved = await call(() => client.sessionTouch(keys.session(id), touch(), Math.floor(clock() - use.lastMs)));
            liveCount.move(moved?.[0], moved?.[1]);
            return true;
        }
        catch (error) {
            if (!(error instanceof ServiceError))
                return true;
            if (!uses.has(id))
                uses.set(id, { sinceMs: clock(), lastMs: use.lastMs });
            return false;
        }
    }
    /** Writes what waits since then, in the order in which it began to, until Redis does not answer. */
    async function writeAll(sinceMs) {
        let batch = [];
        for (const [id, use] of uses) {
            if (use.sinceMs > sinceMs || clock() >= stopsAtMs)
                break;
            uses.delete(id);
            if (use.lastMs > sinceMs) {
                // It is in use: the next validation is about to write it.
                use.sinceMs = use.lastMs;
                uses.set(id, use);
            }
            else if (batch.push(write(id, use)) === AT_ONCE) {
                if ((await Promise.all(batch)).includes(false))
                    return;
                batch = [];
            }
        }
        await Promise.all(batch);
    }
    async function writeDue() {
        running ??= writeAll(clock() - touchIntervalMs).finally(() => { running = null; });
        await running;
    }
    const timer = setInterval(writeDue, Math.max(50, touchIntervalMs / 4)).unref();
    return {
        /** The store, whose accepted validations are uses unless they say that they are none. */
        around: (store) => ({
            ...store,
            validate(credential, isStrict, isUse = true) {
                const found = store.validate(credential, isStrict, isUse);
                if (!isUse)
                    return found;
                if (found instanceof Promise)
                    found.then(judged, () => { });
                else
                    judged(found);
                return found;
            }
        }),
        /** Writes what is due; a timer does so again and again. */
        writeDue,
        /** How many sessions have uses that wait. */
        size: () => uses.size,
        /** Writes what is left, for `closeMs` at most and as long as Redis answers. */
        async close() {
            clearInterval(timer);
            stopsAtMs = clock() + closeMs;
            await running;
            await writeAll(Infinity);
        }
    };
}
//# sourceMappingURL=uses.js.map