import { LRUCache } from 'lru-cache';
import { sourceOf } from "./source.js";
/** Totals that one flush asks for: each is a script of about 15 µs, and validations wait behind them on the same connection. */
const MOST_AT_ONCE = 250;
/**
 * Bounds how many credentials that are worth nothing one source may send. They are counted in this process, because a forged one must not
 * cost a command, and told to all instances once a flush; so the count over several instances is late by that time, and goes on while the
 * totals cannot be reached. What an unanswered flush brought may be counted twice.
 */
export function createInvalidCredentials({ totals, subjects, budget, flushEveryMs = 1000, mostSources = 4096, now = () => performance.now() }) {
    const sources = new LRUCache({ max: mostSources });
    let flushing = null;
    const timer = setInterval(() => { flushing ??= flush().finally(() => { flushing = null; }); }, flushEveryMs).unref();
    function tallyOf(address) {
        const source = sourceOf(address);
        const known = sources.get(source);
        if (known !== undefined && now() < known.windowEndsMs)
            return known;
        const tally = { counter: { policy: 'credential', subject: subjects.address(address), budget }, stored: 0, pending: 0, windowEndsMs: now() + budget.windowMs };
        sources.set(source, tally);
        return tally;
    }
    /** Those that were heard of longest ago first, so that nobody is left waiting by others. */
    async function flush() {
        const waiting = [];
        sources.rforEach(source => { if (source.pending > 0 && waiting.length < MOST_AT_ONCE)
            waiting.push(source); });
        await Promise.all(waiting.map(add));
    }
    async function add(source) {
        const sent = source.pending;
        try {
            const { failures, endsInMs } = await totals.add(source.counter, sent);
            source.stored = failures;
            source.pending -= sent;
            source.windowEndsMs = now() + endsInMs;
        }
        catch {
            // It stays pending, and counts here.
        }
    }
    return {
        /** Counts one credential from there, or says for how long there is no room for it; then it is not counted. Asks nobody. */
        count(address) {
            const source = tallyOf(address);
            if (source.stored + source.pending >= budget.failures)
                return { counter: source.counter, waitMs: source.windowEndsMs - now() };
            source.pending += 1;
            return null;
        },
        /** Sources that are remembered. */
        size: () => sources.size,
        /** Counts no longer for others; what was not flushed is forgotten. */
        async close() {
            clearInterval(timer);
            await flushing;
        }
    };
}
//# sourceMappingURL=invalid-credentials.js.map