import { Type } from '@sinclair/typebox';
import { POSITION } from "../../events/listener.js";
import { exampleId } from "../examples.js";
import { Closed, SessionIdSchema, Timestamp } from "../schemas.js";
const QuerySchema = Closed({
    // No example: the documentation would send it, and it is too old.
    after: Type.Optional(Type.String({ pattern: POSITION, description: '`id` of the last event that you have. Without it you get what happens from now on.' }))
});
const HeadersSchema = Type.Object({
    'last-event-id': Type.Optional(Type.String({ pattern: POSITION, description: 'The same, as clients of server-sent events send it by themselves. It comes before `after`.' }))
});
const stream = [
    'retry: 1000',
    '',
    'id: 1704067200000.1',
    'event: ready',
    `data: {"id":"1704067200000.1","type":"ready","sessionId":"${exampleId}"}`,
    '',
    'id: 1704067200123',
    'event: data.changed',
    `data: {"id":"1704067200123","type":"data.changed","sessionId":"${exampleId}","scope":"session","key":"cartItems","version":4,"value":"3"}`,
    '',
    ''
].join('\n');
const exampleAnswer = {
    events: [
        { id: '1704067200000.1', type: 'ready', sessionId: exampleId },
        { id: '1704067200123', type: 'data.changed', sessionId: exampleId, scope: 'session', key: 'cartItems', version: 4, value: '3' }
    ]
};
const AnswerSchema = Type.Object({
    events: Type.Array(Type.Object({ id: Type.String(), type: Type.String(), sessionId: SessionIdSchema }, { additionalProperties: true, description: 'As GET /asyncapi.json has it.' }), { description: 'The first one is `ready` or `reset`.' })
});
const tags = ['This session'];
export const liveEvents = {
    tags,
    operationId: 'liveEvents',
    summary: 'Be told what happens',
    description: 'What happens to this session and to the other devices of its user. With `Accept: text/event-stream` the answer goes on, as server-sent events, until the session ends; a request for an upgrade gets the same events through a WebSocket; [asyncapi.json](/asyncapi.json) describes them. Otherwise it is one answer with what there is, for whoever asks again and again. ' +
        'Listening is no use of the session, and neither is opening a connection, asking again and again, or getting a ticket: what only listens expires as if it did not.\n\n' +
        'Who comes back with the `id` of the last event, as `Last-Event-ID` or `after`, gets what came behind it; the first event is `ready`, or `reset` if that is not known any more.\n\n' +
        'A WebSocket takes a session’s credential in a header, the cookie if it comes from a page of this service or of CORS_ORIGINS, or a ticket (POST /session/events/ticket) in `Sec-WebSocket-Protocol`, behind `session-events.v1` as `ticket.` and the ticket. No credential and no ticket is ever taken from the URL.',
    querystring: QuerySchema,
    headers: HeadersSchema,
    response: {
        200: {
            description: 'Events as they happen',
            content: {
                'application/json': { schema: AnswerSchema, examples: { two: { value: exampleAnswer } } },
                'text/event-stream': { schema: Type.String({ description: 'The data of each event is JSON, and has its id and name too.' }), examples: { stream: { value: stream } } }
            }
        }
    }
};
const TicketAnswerSchema = Type.Object({
    ticket: Type.String({ description: 'Opens one WebSocket of this session.', examples: ['kq3ZsTn0yXbK7mPd2WnLRg4hJc6fUe1oAi9tSx5zQwE'] }),
    expiresAt: Timestamp('Until when.')
}, { description: 'A ticket', examples: [{ ticket: 'kq3ZsTn0yXbK7mPd2WnLRg4hJc6fUe1oAi9tSx5zQwE', expiresAt: '1704067230000' }] });
export const issueEventTicket = {
    tags,
    operationId: 'issueEventTicket',
    summary: 'Get a ticket for a WebSocket',
    description: 'For a page that cannot send the session’s credential in a header of a WebSocket, as no browser can: it is good for one opening of GET /session/events, within 30 seconds, as long as the session lives, from where its credential may be used. Getting one is no use of the session.',
    response: { 200: TicketAnswerSchema }
};
//# sourceMappingURL=schemas.js.map