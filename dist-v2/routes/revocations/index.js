import { stillAllowed } from "../../plugins/caller-guard.js";
import { sendStream } from "../stream-body.js";
import { wantsEvents } from "../wants-events.js";
import { answerOf } from "./answer.js";
import { eventStream } from "./event-stream.js";
import * as schemas from "./schemas.js";
const SCOPE = 'sessions:introspect';
const revocations = async (app) => {
    app.addSchema(schemas.RevocationSchema);
    // No HEAD: what goes on for ever has no end that could be left out.
    app.get('/v1/revocations', { exposeHeadRoute: false, config: { scope: SCOPE, problems: ['position_too_old', 'shutting_down'] }, schema: schemas.revocations }, async (request, reply) => {
        const { query: { after: asked, limit, wait }, headers: { 'last-event-id': after = asked } } = request;
        if (wantsEvents(request))
            return stream(request, reply, after);
        const page = await app.revocations.read(positionOf(after), Number(limit), 1000 * Number(wait), closingOf(reply));
        // Its key may have been taken away while it waited.
        if (wait !== '0')
            await Promise.resolve(stillAllowed(app, request, SCOPE)()).catch(unlessUnknown);
        return answerOf(page);
    });
    async function stream(request, reply, after) {
        const { page, follow } = await app.revocations.open(positionOf(after));
        const events = eventStream(page, whileAllowed(request), () => reply.raw.destroy());
        reply.raw.once('close', () => events.body.destroy());
        events.follow(follow);
        return sendStream(reply, events.body);
    }
    /** Throws when the key has been taken away, or its scope. Where that had to be asked for it throws at the next page. */
    function whileAllowed(request) {
        const check = stillAllowed(app, request, SCOPE);
        let refusal;
        return () => {
            if (refusal !== undefined)
                throw refusal;
            const checked = check();
            if (checked instanceof Promise)
                checked.catch(unlessUnknown).catch(error => { refusal = error; });
        };
    }
};
/** That nobody knows whose a key is, is no reason to end what tells of ends. */
function unlessUnknown(error) {
    if (error.code !== 'users_unavailable')
        throw error;
}
/** The schema has seen to its form. */
function positionOf(text) {
    return text === undefined ? null : text;
}
/** Aborted when whoever asks has gone. */
function closingOf({ raw }) {
    const closing = new AbortController();
    raw.once('close', () => closing.abort());
    return closing.signal;
}
export default revocations;
//# sourceMappingURL=index.js.map