import { SECURE_NAME } from "../../plugins/http/session-cookie.js";
import { SUBPROTOCOL } from "../../plugins/live-guard.js";
import { version } from "../../version.js";
import { closeCodes } from "./close-codes.js";
import { PingSchema, keepAlive, vocabulary } from "./vocabulary.js";
const refTo = (place, name) => ({ $ref: `#/${place}/${name}` });
const told = { ...vocabulary, ...keepAlive };
const messages = Object.fromEntries(Object.entries({ ...told, ping: PingSchema }).map(([name, schema]) => {
    const { description: summary, examples: [example], ...payload } = JSON.parse(JSON.stringify(schema));
    return [name, { name, summary, payload, examples: [{ name, payload: example }] }];
}));
const securitySchemes = {
    sessionId: { type: 'httpApiKey', in: 'header', name: 'x-session-id', description: 'The `sessionId` of a login.' },
    bearer: { type: 'http', scheme: 'bearer', description: 'The same.' },
    cookie: { type: 'httpApiKey', in: 'cookie', name: SECURE_NAME, description: 'The same, from a page of the service or of CORS_ORIGINS.' },
    ticket: { type: 'httpApiKey', in: 'header', name: 'sec-websocket-protocol', description: `Of a WebSocket: \`${SUBPROTOCOL}, ticket.\` and the ticket of POST /session/events/ticket.` }
};
const security = Object.keys(securitySchemes).map(name => refTo('components/securitySchemes', name));
/** The live events as an AsyncAPI document: the same schemas that the tests hold every event against. */
export const asyncApi = {
    asyncapi: '3.0.0',
    info: {
        title: 'Live events of a session',
        version,
        license: { name: 'MIT', url: 'https://spdx.org/licenses/MIT.html' },
        description: 'What happens to a session and to the other devices of its user. One path, two ways: a WebSocket takes each message as a frame, server-sent events as the data of an event of that name, with its id. ' +
            `A WebSocket is closed with ${closeCodes.sessionEnded} when its session has ended and with ${closeCodes.restart} when the instance stops; then the reason is \`retry=\` and how many milliseconds to wait. ` +
            `${closeCodes.credentialReplaced}: the credential that opened it has a successor and its grace is over; ${closeCodes.silent}: nothing came from the client; ${closeCodes.tooSlow}: it did not read; ${closeCodes.tooMany}: it sent too much, or has too many connections; ${closeCodes.malformed}, ${closeCodes.binary}, ${closeCodes.tooLarge}: a frame that is none of these; ${closeCodes.unlawful}: no frame of RFC 6455; ${closeCodes.fragmented}: a message in too many pieces. ` +
            'Without a code (1006) ends also who did not read and does not read on within half a second.'
    },
    defaultContentType: 'application/json',
    channels: {
        liveEvents: {
            address: '/session/events',
            title: 'Live events',
            messages: Object.fromEntries(Object.keys(messages).map(name => [name, refTo('components/messages', name)])),
            bindings: { ws: { method: 'GET', query: { type: 'object', properties: { after: { type: 'string', description: '`id` of the last event that the client has.' } } }, bindingVersion: '0.1.0' } }
        }
    },
    operations: {
        tell: { action: 'send', channel: refTo('channels', 'liveEvents'), summary: 'What the service tells.', security, messages: Object.keys(told).map(name => refTo('channels/liveEvents/messages', name)) },
        hear: { action: 'receive', channel: refTo('channels', 'liveEvents'), summary: 'What a client says through a WebSocket.', security, messages: [refTo('channels/liveEvents/messages', 'ping')] }
    },
    components: { messages, securitySchemes }
};
//# sourceMappingURL=asyncapi.js.map