import { Type } from '@sinclair/typebox';
import { exampleId } from "../examples.js";
import { DeviceNameSchema, SessionIdSchema, Timestamp } from "../schemas.js";
const EventIdSchema = Type.String({ pattern: '^[0-9]{1,15}(\\.[0-9]{1,6})?$', description: 'Where to go on: grows with what the user’s devices are told, and behind the point with what only this connection is.', examples: ['1704067200123'] });
/** An event with that name and what more it says. */
function event(type, details, { summary, example }) {
    return Type.Object({ id: EventIdSchema, type: Type.Literal(type), sessionId: SessionIdSchema, ...details }, {
        description: summary,
        examples: [{ id: '1704067200123', type, sessionId: exampleId, ...example }]
    });
}
const reason = Type.String({ description: 'As GET /sessions?ended=true has it, `reauthenticated` if its user has proven the password and goes on under another id, or `ended` if it is not known any more. More may come.', examples: ['ended_by_user'] });
/** What the service tells, by name: the one place that says what an event looks like. */
export const vocabulary = {
    ready: event('ready', {}, { summary: 'The connection is up: from this id on, or from that which was asked for, nothing is left out.', example: {} }),
    reset: event('reset', {}, { summary: 'What came behind the id that was asked for is not known any more. Read anew what you show; from here on nothing is left out.', example: {} }),
    'session.revoked': event('session.revoked', { reason }, { summary: 'This session has ended. It is the last event: a socket is closed with 4401.', example: { reason: 'ended_by_user' } }),
    'session.expiring': event('session.expiring', {
        at: Timestamp('When it ends.'),
        by: Type.String({ enum: ['idle', 'absolute'], description: 'What ends it: `idle` is put off by any use, `absolute` by nothing.', examples: ['idle'] })
    }, { summary: 'This session ends soon: a minute before, or a quarter of a shorter lifetime.', example: { at: '1704070810000', by: 'idle' } }),
    'session.rotated': event('session.rotated', {
        generation: Type.Optional(Type.Integer({ description: 'Of the credential that was used for the first time.', examples: [2] })),
        formerSessionId: Type.Optional({ ...SessionIdSchema, description: 'If the password was proven: the id that the session had before, which is worth nothing any more.' })
    }, { summary: 'The credential of this session was replaced; with `formerSessionId`, which all devices of the user are told, it goes on under another id.', example: { generation: 2 } }),
    'session.flagged': event('session.flagged', {
        signals: Type.Array(Type.String(), { description: 'What has changed: `network`, `client`, `device`.', examples: [['network']] })
    }, { summary: 'That session is used from elsewhere than before.', example: { signals: ['network'] } }),
    'data.changed': event('data.changed', {
        scope: Type.String({ description: '`session`: data of this session; `user`: what all devices of the user share.', examples: ['session'] }),
        key: Type.String({ examples: ['cartItems'] }),
        version: Type.Integer({ description: 'Of all data of that scope.', examples: [4] }),
        value: Type.Optional(Type.Unknown({ description: 'Absent if the key was removed, or the value is longer than 1,024 bytes: then read it.', examples: ['3'] }))
    }, { summary: 'Data was changed. `sessionId` says by whom.', example: { scope: 'session', key: 'cartItems', version: 4, value: '3' } }),
    'active.changed': event('active.changed', {
        channel: Type.String({ description: 'What one device of the user at a time does.', examples: ['playback'] }),
        holder: Type.Union([SessionIdSchema, Type.Null()], { description: 'Which session does it now; null: none.', examples: [exampleId] }),
        formerHolder: Type.Optional(Type.Union([SessionIdSchema, Type.Null()], { description: 'Which session did it until now; null: none did. Absent if the holder is the same as before.', examples: [null] })),
        version: Type.Integer({ description: 'Of the channel.', examples: [3] })
    }, { summary: 'Another device goes on with it, or none does, or the one that does has got on: read the state at GET /me/active/{channel}.', example: { channel: 'playback', holder: exampleId, formerHolder: null, version: 3 } }),
    'device.joined': event('device.joined', {}, { summary: 'A session was opened.', example: {} }),
    'device.left': event('device.left', { reason }, { summary: 'A session has ended. One that expires is told when that is noticed.', example: { reason: 'logged_out' } }),
    'device.renamed': event('device.renamed', { deviceName: DeviceNameSchema }, { summary: 'The device of a session has another name.', example: { deviceName: 'TV in the living room' } })
};
/** Frames of a socket, and events of a stream, that keep it alive and have no id. */
export const keepAlive = {
    heartbeat: Type.Object({ type: Type.Literal('heartbeat') }, { description: 'The connection is there.', examples: [{ type: 'heartbeat' }] }),
    pong: Type.Object({ type: Type.Literal('pong') }, { description: 'The answer to `ping`. Sockets only.', examples: [{ type: 'pong' }] })
};
/** What a client sends through a socket. */
export const PingSchema = Type.Object({ type: Type.Literal('ping') }, { description: 'The user is there: a use of the session, like a request. Answered by `pong`.', examples: [{ type: 'ping' }] });
//# sourceMappingURL=vocabulary.js.map