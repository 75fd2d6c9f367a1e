import { Readable } from 'node:stream';
/** What may wait for a reader that is slow (bytes). One that lets more wait is cut off, and goes on where it was. */
const MOST_WAITING = 1024 * 1024;
/** How long a reader has to take the rest when it is over; one that does not would hold up a stop. */
const LAST_WORDS_MS = 500;
/** An answer that goes on: server-sent events (HTML standard, section 9.2). `cut` ends the connection. */
export function createStreamBody(cut) {
    let stop = () => { };
    let hasRoom = () => { };
    const body = new Readable({
        read() { hasRoom(); },
        destroy(error, done) {
            stop();
            hasRoom();
            done(error);
        }
    });
    return {
        body,
        /** Calls back when nobody reads any more, at once if that is so already. */
        onClose(callBack) {
            stop = callBack;
            if (body.destroyed)
                stop();
        },
        /** Resolves when there is room for more. */
        push(text) {
            if (body.push(text))
                return Promise.resolve();
            if (body.readableLength > MOST_WAITING)
                body.destroy();
            return new Promise(resolve => {
                hasRoom = resolve;
                if (body.destroyed)
                    resolve();
            });
        },
        end() {
            body.push(null);
            setTimeout(cut, LAST_WORDS_MS).unref();
        }
    };
}
/** Answers with it. nginx keeps small pieces of an answer back, unless it is told that there is more to come. */
export function sendStream(reply, body) {
    return reply.type('text/event-stream').header('x-accel-buffering', 'no').send(body);
}
//# sourceMappingURL=stream-body.js.map