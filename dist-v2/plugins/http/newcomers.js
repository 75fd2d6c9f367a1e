import fp from 'fastify-plugin';
/** So many are read in one turn of the event loop: a millisecond or two of work. Node accepts one connection in a turn, so more come together only where many have waited. */
const A_TURN = 4;
/** Who has said nothing for so long is given to Node all the same. It ends those who go on like that, another 10 s later at the earliest. */
const SILENT_MS = 10_000;
/**
 * When all clients of another instance come at once, Node would read what all of them have sent in one turn of the event loop: half a second, with nine thousand, in which nobody else is
 * answered. So a connection is served by it only when its first bytes are there, a few in a turn, and requests over known connections come in between.
 * To be registered before whatever listens for connections: what Node itself does with them is the one listener that is there at that moment.
 */
export default fp(async ({ server }, { silentMs = SILENT_MS }) => {
    const serve = server.listeners('connection');
    const waiting = new Set();
    const known = new WeakSet();
    let turn;
    function wait() {
        waiting.add(this);
        turn ??= setImmediate(letSomeIn);
    }
    function letSomeIn() {
        let places = A_TURN;
        for (const socket of waiting) {
            if (places-- === 0)
                break;
            waiting.delete(socket);
            socket.off('readable', wait).off('timeout', wait).off('end', destroy).off('error', destroy).setTimeout(0);
            if (!socket.destroyed)
                letIn(socket);
        }
        turn = waiting.size > 0 ? setImmediate(letSomeIn) : undefined;
    }
    function letIn(socket) {
        known.add(socket);
        for (const listener of serve)
            listener.call(server, socket);
    }
    server.removeAllListeners('connection').on('connection', (socket) => {
        // One that goes on as HTTP after all (upgrades.ts) comes by here again.
        if (known.has(socket))
            return letIn(socket);
        // Node does not listen yet, and a client may go while it waits.
        socket.once('readable', wait).once('timeout', wait).on('end', destroy).on('error', destroy).setTimeout(silentMs);
    });
}, { name: 'newcomers' });
function destroy() {
    this.destroy();
}
//# sourceMappingURL=newcomers.js.map