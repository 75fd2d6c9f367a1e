import { createStreamBody } from "../stream-body.js";
/** After how long whoever is cut off comes back (ms). */
const RETRY_MS = 1000;
/** Then a stream ends, and its client goes on where it was: whoever is gone without a word, of which a stream hears nothing, does not stay online for longer. */
const LONGEST_MS = 300_000;
/** Events as server-sent events; `join` makes the connection, `cut` ends it. */
export function eventStream(heartbeatMs, join, cut) {
    const { body, push, end, onClose } = createStreamBody(cut);
    const connection = join({
        send: event => { push(textOf(event)); },
        end(ending) {
            if (ending.kind === 'restart')
                push(`retry: ${ending.retryMs}\n\n`);
            stop();
        }
    });
    const heart = setInterval(() => push('event: heartbeat\ndata: {"type":"heartbeat"}\n\n'), heartbeatMs).unref();
    const longest = setTimeout(stop, LONGEST_MS).unref();
    push(`retry: ${RETRY_MS}\n\n`);
    onClose(leave);
    function leave() {
        clearInterval(heart);
        clearTimeout(longest);
        connection.leave();
    }
    function stop() {
        leave();
        end();
    }
    return body;
}
function textOf({ id, type, text }) {
    return `id: ${id}\nevent: ${type}\ndata: ${text}\n\n`;
}
//# sourceMappingURL=event-stream.js.map