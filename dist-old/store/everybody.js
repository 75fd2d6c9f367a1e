import { withDeadline } from "./deadline.js";
import { unavailable } from "./failures.js";
import { mastersOf } from "./scripts.js";
/** How long what was read is relied on, from when it was asked for. */
const KNOWN_FOR_MS = 1000;
/** The slots of copies are spread over all of them: a node of a Cluster that does not answer has only some. */
const TAGS = ['001c', '0009', '001b', '0008', '001a', '0003', '001d', '0002'];
/**
 * The moment until which the sessions of everybody have ended, as this instance knows it: one key, which is read again and again (link.ts) and told to every script
 * that judges. A Cluster has copies, all of which are written and one of which has to be read.
 */
export function createEverybody({ client, keys, timeoutMs, clock = () => performance.now() }) {
    const tags = client.isCluster ? TAGS : TAGS.slice(0, 1);
    const copies = tags.map(keys.notBeforeEverybody);
    const listeners = [];
    let beforeMs = 0;
    let knownUntilMs = -Infinity;
    let reading = null;
    function learn(ms) {
        if (ms <= beforeMs)
            return;
        beforeMs = ms;
        for (const listener of listeners)
            listener();
    }
    async function readCopy(key, askedAtMs) {
        const ms = Number(await client.get(key));
        if (Number.isNaN(ms))
            throw new Error(`${key} is no moment`);
        learn(ms);
        knownUntilMs = Math.max(knownUntilMs, askedAtMs + KNOWN_FOR_MS);
    }
    async function read() {
        const askedAtMs = clock();
        await Promise.any(copies.map(key => readCopy(key, askedAtMs)));
    }
    async function readInTime() {
        try {
            await withDeadline(timeoutMs, read());
        }
        catch {
            throw unavailable();
        }
        finally {
            reading = null;
        }
        // This process may have stood still since it asked.
        if (clock() >= knownUntilMs)
            throw unavailable();
    }
    /** By the clock that is ahead of the others: what was created before by any of them is older. Of nodes that do not answer nobody knows. */
    async function nowMs() {
        const asked = mastersOf(client).map(async (master) => {
            const [seconds, microseconds] = await withDeadline(timeoutMs / 3, master.time());
            return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
        });
        const times = (await Promise.allSettled(asked)).flatMap(each => each.status === 'fulfilled' ? [each.value] : []);
        if (times.length === 0)
            throw unavailable();
        return Math.max(...times);
    }
    return {
        /** Sessions that were created until then are dead; 0 if none are. */
        beforeMs: () => beforeMs,
        read,
        /** Nothing to wait for while it is known. @throws ServiceError `store_unavailable` */
        whenKnown() {
            if (clock() < knownUntilMs)
                return undefined;
            reading ??= readInTime();
            return reading;
        },
        /** Reads it at once if news of a change may be about it, or may have been missed: of that slot, or null. */
        heedNews(slot) {
            if (slot === null || tags.includes(slot))
                read().catch(() => { });
        },
        /** Ends all sessions that there are. Rejects if that is not everywhere: then to be repeated. */
        async end() {
            await read().catch(() => { });
            const ms = Math.max(beforeMs + 1, await nowMs());
            // What is written holds, also if not all is, and whoever asked has to ask again.
            await Promise.all(copies.map(async (key) => learn(Number(await client.everybodyEnd(key, ms)))));
        },
        /** Calls back whenever it turns out to be later than was known. */
        listen(onLater) {
            listeners.push(onLater);
        }
    };
}
/** The touch interval as the scripts take it, which goes on with that moment if there is one (touchOf in lua/includes/session.lua). */
export function touchText({ touchIntervalMs, everybodyBeforeMs = () => 0 }) {
    return () => {
        const beforeMs = everybodyBeforeMs();
        return beforeMs === 0 ? touchIntervalMs : `${touchIntervalMs} ${beforeMs}`;
    };
}
//# sourceMappingURL=everybody.js.map