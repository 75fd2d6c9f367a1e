import { slotOf } from "../sessions/credential.js";
/**
 * Asks about all sessions that come in one turn of the event loop together, `most` in one call: each has its own reply, by the
 * master, at that moment, but the work of a command is shared. A single one does not wait: the turn ends as soon as
 * nothing else has arrived. On a Cluster a call is about one slot. A failure is only of those that have no reply yet.
 */
export function gather({ isCluster }, most, ask) {
    const groupOf = isCluster ? ({ id }) => slotOf(id) : () => '';
    const gathered = new Map();
    function send() {
        for (const [group, waiting] of gathered)
            askGroup(group, waiting);
    }
    function askGroup(group, waiting) {
        gathered.delete(group);
        ask(waiting.map(({ asked }) => asked), replies => {
            waiting.splice(0, replies.length).forEach(({ resolve }, i) => resolve(replies[i]));
        }).catch(error => waiting.forEach(({ reject }) => reject(error)));
    }
    return asked => new Promise((resolve, reject) => {
        if (gathered.size === 0)
            setImmediate(send);
        const group = groupOf(asked);
        const waiting = gathered.get(group) ?? [];
        gathered.set(group, waiting);
        if (waiting.push({ asked, resolve, reject }) === most)
            askGroup(group, waiting);
    });
}
//# sourceMappingURL=gather.js.map