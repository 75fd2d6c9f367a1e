import { createStreamBody } from "../stream-body.js";
import { answerOf } from "./answer.js";
/** After how long whoever is cut off comes back (ms). */
const RETRY_MS = 1000;
/** Pages as server-sent events. `check` ends it by throwing, `cut` ends the connection. */
export function eventStream(page, check, cut) {
    const { body, push, end, onClose } = createStreamBody(cut);
    body.push(`retry: ${RETRY_MS}\n\n${eventOf(page)}`);
    return {
        body,
        follow(follow) {
            onClose(follow({
                take(next) {
                    check();
                    return push(eventOf(next));
                },
                end
            }));
        }
    };
}
/** One text for all readers of a page. */
const texts = new WeakMap();
function eventOf(page) {
    const known = texts.get(page);
    if (known !== undefined)
        return known;
    const text = `id: ${page.position}\nevent: ${page.revocations.length === 0 ? 'heartbeat' : 'revocations'}\ndata: ${JSON.stringify(answerOf(page))}\n\n`;
    texts.set(page, text);
    return text;
}
//# sourceMappingURL=event-stream.js.map