import { restartRetryMs } from "../../events/restart.js";
import { closeCodes } from "./close-codes.js";
/** What may wait for a client that is slow (bytes), beside what the kernel has taken for it. */
const MOST_BYTES = 256 * 1024;
/**
 * So many events may wait for longer than this. A log has 128: who is cut off now can still go on behind the last one that the kernel has taken. That many at once are no sign of
 * slowness: whoever goes on gets all that it missed in one moment.
 */
const MOST_EVENTS = 96;
const PATIENCE_MS = 500;
/** How long a client has to answer that the socket is closed. */
const LAST_WORDS_MS = 500;
/** Frames that a client may send at once, and in a second on end. */
const MOST_FRAMES = 20;
const FRAMES_A_SECOND = 10;
/** Writes events to a socket, and reads what the client sends: `join` makes the connection. */
export function serveSocket(socket, heartbeatMs, join) {
    let isHeard = true;
    let [frames, countedAtMs] = [0, performance.now()];
    let [waiting, waitingSinceMs] = [0, 0];
    const connection = join({ send: ({ text }) => send(text), end: ending => close(...farewell(ending)) });
    const timer = setInterval(beat, heartbeatMs).unref();
    function send(text) {
        if (waiting++ === 0)
            waitingSinceMs = performance.now();
        socket.send(text, taken);
        if (isTooSlow())
            close(closeCodes.tooSlow, 'too slow');
    }
    function taken() {
        waiting--;
    }
    function isTooSlow() {
        return socket.bufferedAmount > MOST_BYTES || (waiting > MOST_EVENTS && performance.now() - waitingSinceMs > PATIENCE_MS);
    }
    function close(code, reason) {
        if (socket.readyState !== socket.OPEN)
            return;
        leave();
        socket.close(code, reason);
        cutSoon(socket);
    }
    function leave() {
        clearInterval(timer);
        connection.leave();
    }
    function beat() {
        if (!isHeard)
            return close(closeCodes.silent, 'no answer');
        isHeard = false;
        socket.ping();
        send('{"type":"heartbeat"}');
    }
    /** Counts a frame. Says whether there are not too many. */
    function isAllowed() {
        const nowMs = performance.now();
        frames = Math.max(0, frames - (nowMs - countedAtMs) * FRAMES_A_SECOND / 1000) + 1;
        countedAtMs = nowMs;
        isHeard = true;
        if (frames <= MOST_FRAMES)
            return true;
        close(closeCodes.tooMany, 'too many frames');
        return false;
    }
    socket.on('close', leave);
    socket.on('pong', isAllowed);
    socket.on('ping', isAllowed);
    socket.on('message', (data, isBinary) => {
        if (socket.readyState !== socket.OPEN || !isAllowed())
            return;
        if (isBinary)
            return close(closeCodes.binary, 'text only');
        if (!isPing(String(data)))
            return close(closeCodes.malformed, 'not a frame of this protocol');
        connection.use();
        send('{"type":"pong"}');
    });
}
/** Whoever does not answer that it is closed holds nothing up. */
function cutSoon(socket) {
    setTimeout(() => socket.terminate(), LAST_WORDS_MS).unref();
}
/** Of one that did not come to be: too many opened in the same moment, or the instance stops. */
export function turnAway(socket, error) {
    const isStopping = Object(error).code === 'shutting_down';
    socket.close(isStopping ? closeCodes.restart : closeCodes.tooMany, isStopping ? `retry=${restartRetryMs()}` : 'too many connections');
    cutSoon(socket);
}
function farewell(ending) {
    if (ending.kind === 'session')
        return [closeCodes.sessionEnded, ending.reason];
    if (ending.kind === 'replaced')
        return [closeCodes.credentialReplaced, 'credential_replaced'];
    return [closeCodes.restart, `retry=${ending.retryMs}`];
}
function isPing(text) {
    try {
        return Object(JSON.parse(text)).type === 'ping';
    }
    catch {
        return false;
    }
}
//# sourceMappingURL=web-socket.js.map