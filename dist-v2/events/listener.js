/** A position as clients send it: of an event, and behind the point how many were said beside the log since. */
export const POSITION = '^[0-9]{1,15}(\\.[0-9]{1,6})?$';
/** One connection's place in the log of its user. Sends each event once, in order, or says `reset` where it cannot know what was missed. */
export function createListener(send, sessionId, after) {
    const [at, serialText] = after?.split('.') ?? [];
    let position = at === undefined ? null : Number(at);
    let serial = Number(serialText ?? 0);
    let isReady = false;
    const warned = { idle: 0, absolute: 0 };
    /** What is in no log: about this connection alone. */
    function say(type, details) {
        const id = `${position ?? 0}.${++serial}`;
        send({ id, type, text: JSON.stringify({ id, type, sessionId, ...details }) });
    }
    function settle({ oldest, newest }) {
        const isKnown = position === null || (position >= oldest && position <= newest);
        const start = position === null || !isKnown ? newest : position;
        if (start !== position)
            [position, serial] = [start, 0];
        if (!isKnown)
            say('reset', {});
        else if (!isReady)
            say('ready', {});
        isReady = true;
        return start;
    }
    return {
        position: () => position,
        take(watched, concerns) {
            const start = settle(watched);
            for (const entry of watched.entries) {
                if (entry.id <= start)
                    continue;
                [position, serial] = [entry.id, 0];
                if (concerns(entry))
                    send(eventOf(entry, sessionId));
            }
        },
        warn({ by, atMs }) {
            if (warned[by] === atMs)
                return;
            warned[by] = atMs;
            say('session.expiring', { at: String(atMs), by });
        },
        revoke: reason => say('session.revoked', { reason })
    };
}
/** One text for all who get it. */
const texts = new WeakMap();
function eventOf(entry, ofUser) {
    const known = texts.get(entry);
    if (known !== undefined)
        return known;
    const { id, hex, type, payload } = entry;
    const head = JSON.stringify({ id: String(id), type, sessionId: idIn(ofUser, hex) });
    const event = { id: String(id), type, text: payload === '{}' ? head : `${head.slice(0, -1)},${payload.slice(1)}` };
    texts.set(entry, event);
    return event;
}
/** The public id with those hex digits, of the same user as another one. */
function idIn(ofUser, hex) {
    const all = ofUser.slice(0, 4) + hex;
    return [all.slice(0, 8), all.slice(8, 12), all.slice(12, 16), all.slice(16, 20), all.slice(20)].join('-');
}
/** Those digits of a public id. */
export function hexOf(sessionId) {
    return sessionId.replaceAll('-', '').slice(4);
}
//# sourceMappingURL=listener.js.map