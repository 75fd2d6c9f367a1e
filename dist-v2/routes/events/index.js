import websocket from '@fastify/websocket';
import { sessionOf } from "../../plugins/guard.js";
import { webSocketUpgrades } from "../../plugins/http/upgrades.js";
import { SUBPROTOCOL } from "../../plugins/live-guard.js";
import { timestamp } from "../schemas.js";
import { sendStream } from "../stream-body.js";
import { wantsEvents } from "../wants-events.js";
import { eventStream } from "./event-stream.js";
import { holderOf } from "./holder.js";
import * as schemas from "./schemas.js";
import { serveSocket, turnAway } from "./web-socket.js";
const PATH = '/session/events';
/** The largest frame that a client may send (bytes). */
const MAX_PAYLOAD = 64 * 1024;
const events = async (app) => {
    const { hub, tickets, heartbeatMs } = app.events;
    const options = {
        server: webSocketUpgrades(app.server, PATH),
        maxPayload: MAX_PAYLOAD,
        perMessageDeflate: false,
        clientTracking: false,
        // Who has said good-bye and does not go is not there any more.
        closeTimeout: 1000,
        handleProtocols: (names) => names.has(SUBPROTOCOL) && SUBPROTOCOL
    };
    await app.register(websocket, {
        options,
        // It closes a socket whose client breaks the protocol by itself, with a code.
        errorHandler: () => { },
        // The hub ends all of them.
        preClose: done => done()
    });
    app.route({
        method: 'GET',
        url: PATH,
        // No HEAD: what goes on for ever has no end that could be left out.
        exposeHeadRoute: false,
        config: { live: true, noUse: true, strict: true, problems: ['too_many_streams', 'shutting_down'] },
        schema: schemas.liveEvents,
        preHandler: async (request) => {
            if (request.ws || wantsEvents(request))
                hub.assertRoom(holderOf(app, request));
        },
        handler: async (request, reply) => {
            if (wantsEvents(request))
                return stream(request, reply);
            const events = await hub.read(holderOf(app, request), positionIn(request));
            return { events: events.map(({ text }) => JSON.parse(text)) };
        },
        wsHandler(socket, request) {
            try {
                serveSocket(socket, heartbeatMs, outlet => join(request, outlet));
            }
            catch (error) {
                turnAway(socket, error);
            }
        }
    });
    function stream(request, reply) {
        const body = eventStream(heartbeatMs, outlet => join(request, outlet), () => reply.raw.destroy());
        reply.raw.once('close', () => body.destroy());
        return sendStream(reply, body);
    }
    const join = (request, outlet) => hub.join(holderOf(app, request), outlet, positionIn(request));
    app.post(`${PATH}/ticket`, { config: { noUse: true, strict: true }, schema: schemas.issueEventTicket }, async (request) => {
        return { ticket: await tickets.issue({ ...holderOf(app, request), binding: sessionOf(request).binding }), expiresAt: timestamp(Date.now() + tickets.seconds * 1000) };
    });
};
/** Where the client says that it is. The schema has seen to its form. */
function positionIn({ headers, query }) {
    const after = headers['last-event-id'] ?? Object(query).after;
    return after === undefined ? null : String(after);
}
export default events;
//# sourceMappingURL=index.js.map