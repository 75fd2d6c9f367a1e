import { randomUUID } from 'node:crypto';
import { createBeats } from "./beats.js";
/** How often it is proven that news arrives. */
const BEAT_MS = 150;
/**
 * What the scripts publish of their changes (`session-changes`), on a connection of its own. News is known to arrive as long as messages to
 * oneself come back, through every master: what was published before the last of them has been heard. Whenever that is in doubt, and with every new connection to
 * the Redis that is asked, which may be another master, whoever listens is told that changes may have been missed; when news is proven to
 * arrive again, once more, because of those in between.
 */
export function watchChanges({ client, subscriber, keys, onRefused = () => { } }) {
    const ownChannel = `${keys.sessionChanges}:${randomUUID()}`;
    const beats = createBeats(client, ownChannel);
    const listeners = new Set();
    let tellOfRevocations = () => { };
    let tellOfEvents = (_userId) => { };
    let tellOfReceipt = (_userId, _eventId) => { };
    let isProven = false;
    let isRefused = false;
    function tell(slot) {
        for (const listener of listeners)
            listener(slot);
    }
    function doubt() {
        isProven = false;
        beats.forget();
        tell(null);
    }
    function check(nowMs) {
        if (isProven && !beats.areHeard(nowMs))
            doubt();
        return isProven;
    }
    /** Whatever else goes wrong is told by the proofs that do not come. */
    function failed(error) {
        if (isRefused || !error.message.startsWith('NOPERM'))
            return;
        isRefused = true;
        onRefused(error);
    }
    function beat() {
        beats.send().catch(failed);
        if (!isProven && subscriber.status === 'ready')
            subscriber.subscribe(keys.sessionChanges, keys.revocationNews, keys.eventNews, keys.eventReceipts, ownChannel).catch(failed);
    }
    function hear(channel, message) {
        if (channel === keys.revocationNews)
            return tellOfRevocations();
        if (channel === keys.eventNews)
            return tellOfEvents(message.slice(message.indexOf(':') + 1));
        if (channel === keys.eventReceipts)
            return tellOfReceipt(message.slice(message.indexOf(':') + 1), message.slice(0, message.indexOf(':')));
        if (channel !== ownChannel)
            return tell(message);
        const nowMs = performance.now();
        check(nowMs);
        beats.hear(message);
        if (isProven || !beats.areHeard(nowMs))
            return;
        tell(null);
        isProven = true;
        isRefused = false;
    }
    client.on('ready', doubt);
    // Of a Cluster, whose masters may have changed, or one of which is not asked any more whether its news arrives.
    client.on('refresh', doubt);
    client.on('-node', doubt);
    subscriber.on('error', () => { });
    subscriber.on('close', doubt);
    subscriber.on('ready', beat);
    subscriber.on('message', hear);
    const timer = setInterval(beat, BEAT_MS).unref();
    subscriber.connect().catch(() => { });
    return {
        listen(onChange) {
            listeners.add(onChange);
            return () => listeners.delete(onChange);
        },
        onRevocations(callBack) { tellOfRevocations = callBack; },
        onEvents(callBack) { tellOfEvents = callBack; },
        onReceipts(callBack) { tellOfReceipt = callBack; },
        heardUntilMs: () => client.status === 'ready' && check(performance.now()) ? beats.heardUntilMs() : null,
        isProven: (nowMs = performance.now()) => client.status === 'ready' && check(nowMs),
        close() {
            clearInterval(timer);
            client.off('ready', doubt);
            client.off('refresh', doubt);
            client.off('-node', doubt);
            subscriber.disconnect();
        }
    };
}
//# sourceMappingURL=change-feed.js.map