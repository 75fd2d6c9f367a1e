import { randomUUID } from 'node:crypto';
import { chunks } from "./chunks.js";
import { MOST_ADDED } from "./stream.js";
/** How often it is written down until when the feed is whole. */
const STEP_MS = 100;
/** How long the others wait for a mover that has crashed, and how often they look. */
const LEASE_MS = 2000;
const CLAIM_MS = 500;
/** While no news comes, all outboxes are looked at again and again, with such a pause. */
const SWEEP_PAUSE_MS = 1000;
/** Outboxes that are read, added and emptied together. */
const SLOTS_AT_ONCE = 64;
class LeaseLost extends Error {
}
/**
 * Moves what the scripts leave in the outboxes into the feed, as long as no other instance does. News says which outboxes to look at; when some may have been missed, and when
 * it begins, it looks at all.
 */
export function startMover({ outboxes, stream, changes, onError }) {
    const owner = randomUUID();
    let news = new Set();
    /** Whether nothing is in an outbox but what `news` names. */
    let isWhole = false;
    let isMover = false;
    let hasFailed = false;
    let sweptAtMs = -Infinity;
    let toldAtMs = -Infinity;
    /** A moment by Redis that is not after one of this process. */
    let clock = { redisMs: 0, atMs: 0 };
    const stopping = new AbortController();
    let wake;
    const stopListening = changes.listen(slot => {
        if (slot === null)
            isWhole = false;
        else
            news.add(slot);
        if (isMover)
            wake();
    });
    async function append(wholeAtMs, entries) {
        const { holder, nowMs } = await stream.append(owner, LEASE_MS, wholeAtMs && Math.floor(clock.redisMs + wholeAtMs - clock.atMs), entries);
        clock = { redisMs: nowMs, atMs: performance.now() };
        // Whoever was the mover before may have left something behind.
        if (holder !== 'own')
            [isWhole, sweptAtMs] = [false, -Infinity];
        isMover = holder !== 'other';
        return isMover;
    }
    async function add(entries) {
        for (const some of chunks(entries, MOST_ADDED))
            if (!await append(null, some))
                throw new LeaseLost();
    }
    async function move(slots) {
        for (let left = slots; left.length > 0;) {
            const found = await outboxes.read(left);
            await add(found.flatMap(({ tag, entries }) => entries.map(entry => `${tag} ${entry}`)));
            await Promise.all(found.map(outboxes.remove));
            left = found.filter(({ isMore }) => isMore).map(({ tag }) => tag);
        }
    }
    async function sweep(fromMs, heardUntilMs) {
        sweptAtMs = fromMs;
        // From here on each end is heard of, or it is told that some may not have been.
        isWhole = heardUntilMs !== null;
        return outboxes.sweep();
    }
    /** Everything that is known to be left in an outbox. */
    async function turn() {
        if (!isMover && !await append(null, []))
            return;
        const [fromMs, heardUntilMs, slots] = [performance.now(), changes.heardUntilMs(), news];
        const sweeps = !isWhole && (heardUntilMs !== null || fromMs >= sweptAtMs + SWEEP_PAUSE_MS);
        const wholeAtMs = sweeps ? fromMs : isWhole ? heardUntilMs : null;
        news = new Set();
        try {
            if (sweeps)
                for (const slot of await sweep(fromMs, heardUntilMs))
                    slots.add(slot);
            for (const some of chunks([...slots], SLOTS_AT_ONCE))
                await move(some);
        }
        catch (error) {
            for (const slot of slots)
                news.add(slot);
            if (sweeps)
                [isWhole, sweptAtMs] = [false, -Infinity];
            throw error;
        }
        if (!sweeps && performance.now() < toldAtMs + STEP_MS)
            return;
        toldAtMs = performance.now();
        await append(wholeAtMs, []);
    }
    function failed(error) {
        if (!hasFailed && !(error instanceof LeaseLost))
            onError(error);
        return error instanceof LeaseLost;
    }
    async function run() {
        while (!stopping.signal.aborted) {
            const woken = new Promise(resolve => { wake = resolve; });
            const isDone = await turn().then(() => true, failed);
            hasFailed = !isDone;
            const rest = pause(isMover ? STEP_MS : CLAIM_MS);
            await (isDone ? Promise.race([woken, rest]) : rest);
        }
    }
    const running = run();
    return {
        /** Lets another instance go on at once. */
        async stop() {
            stopping.abort();
            stopListening();
            wake();
            await running;
            if (isMover)
                await stream.append(owner, 0, null, []).catch(onError);
        }
    };
}
function pause(ms) {
    return new Promise(resolve => { setTimeout(resolve, ms).unref(); });
}
//# sourceMappingURL=mover.js.map