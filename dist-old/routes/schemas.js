import { Type } from '@sinclair/typebox';
import { endReasons } from "../sessions/activity.js";
import { deviceTypes } from "../sessions/devices/device.js";
import { errorCodes } from "../sessions/errors.js";
import { expiresAtMs, idleDeadlineMs } from "../sessions/session.js";
import { exampleAccount, exampleCredential, exampleDescription, exampleId, exampleReplacement } from "./examples.js";
/** An object that refuses members it does not know. */
export const Closed = (properties, options) => Type.Object(properties, { additionalProperties: false, ...options });
/** A reference to a shared schema, typed as it. */
export const refTo = (schema) => Type.Unsafe({ $ref: `${schema.$id}#` });
/** Epoch milliseconds as a decimal string: the one form of time in this API. */
export const Timestamp = (description) => Type.String({ pattern: '^\\d+$', description, examples: ['1704067200000'] });
export function timestamp(ms) {
    return String(ms);
}
/** RFC 9457, with `code` and `error`; some codes add members of their own. */
const ProblemSchema = Type.Object({
    type: Type.String({ description: '`urn:session-service:problem:` and the code.' }),
    title: Type.String({ description: 'The name of the HTTP status.' }),
    status: Type.Integer({ description: 'The HTTP status.' }),
    detail: Type.String({ description: 'What happened, and what to do.' }),
    code: Type.String({ enum: errorCodes, description: 'Stable: decide on this one.' }),
    error: Type.String({ description: 'A short sentence for people.' })
}, { $id: 'Problem', additionalProperties: true, description: 'Problem details (RFC 9457)' });
export const UserSchema = Type.Object({
    id: Type.Integer({ examples: [1] }),
    email: Type.String({ examples: ['alice@example.com'] }),
    name: Type.String({ examples: ['Alice'] })
}, { $id: 'User', description: 'Whose session it is' });
export const AccountSchema = Type.Object({
    ...UserSchema.properties,
    roles: Type.Array(Type.String({ examples: ['admin'] })),
    disabled: Type.Boolean({ description: 'Whether it cannot log in.' }),
    createdAt: Timestamp('When the account was added.')
}, { $id: 'Account', description: 'An account, as administrators see it', examples: [exampleAccount] });
export const TimesSchema = Type.Object({
    createdAt: Timestamp('When it was opened.'),
    lastAccessedAt: Timestamp('When it was last used, to one touch interval.'),
    authenticatedAt: Timestamp('When the password was last proven: at login, or with POST /session/reauthenticate.'),
    idleExpiresAt: Timestamp('From when it may end for not being used. Every use moves it.'),
    absoluteExpiresAt: Timestamp('When it ends in any case.'),
    expiresAt: Timestamp('The deadline that comes first.'),
    expiresBy: Type.String({ enum: ['idle', 'absolute'], description: 'Which of the two that is.' })
}, { $id: 'SessionTimes', description: 'When a session was opened and used, and when it ends' });
/** The times of a session as answers show them. */
export function timesAnswer(times) {
    return {
        createdAt: timestamp(times.createdAtMs),
        lastAccessedAt: timestamp(times.lastAccessedAtMs),
        authenticatedAt: timestamp(times.authenticatedAtMs),
        idleExpiresAt: timestamp(idleDeadlineMs(times)),
        absoluteExpiresAt: timestamp(times.absoluteDeadlineMs),
        expiresAt: timestamp(expiresAtMs(times)),
        expiresBy: idleDeadlineMs(times) < times.absoluteDeadlineMs ? 'idle' : 'absolute'
    };
}
export const SessionIdSchema = Type.String({
    pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$',
    description: 'The public id of a session, as GET /sessions shows it. It opens nothing.',
    examples: [exampleId]
});
/** In a class of a pattern: control characters, those that break lines or turn the direction of what follows, halves of surrogate pairs. */
const UNFIT = '\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069\\ud800-\\udfff';
export const DeviceIdSchema = Type.String({
    pattern: `^[^${UNFIT}]+$`,
    minLength: 1,
    maxLength: 128,
    description: 'What your client calls this device, the same at every login: a login with it replaces the session that the account has with it. Sent as `x-device-id` with later requests too, it shows whether they come from the same device. It is shown nowhere.',
    examples: ['living-room-tv-7f3a']
});
export const DeviceNameSchema = Type.String({
    pattern: `^[^\\s${UNFIT}][^${UNFIT}]*$`,
    minLength: 1,
    maxLength: 64,
    description: 'What people call this device. Begins with no space.',
    examples: ['TV in the living room']
});
export const NameSchema = Type.String({
    pattern: `^[^\\s${UNFIT}][^${UNFIT}]*$`,
    minLength: 1,
    maxLength: 200,
    description: 'What people call whoever has the account. Begins with no space.',
    examples: ['Zoë']
});
export const RememberMeSchema = Type.Optional(Type.Boolean({ description: 'Stay logged in: by default 14 days without use, 30 days in all, instead of an hour and a day.', examples: [true] }));
export const LifetimeSchema = Type.Optional(Type.String({ pattern: '^[a-z][A-Za-z0-9]{0,31}$', description: 'A lifetime profile by name: `default`, `rememberMe`, or one that this service is configured with.', examples: ['default'] }));
export const AnonymousSessionSchema = Type.Optional(Type.String({ maxLength: 256, description: 'The credential of an anonymous session (POST /session/anonymous), whose place this one takes: it ends, and its data goes with it. One that is worth nothing is as good as none.', examples: [exampleCredential] }));
export const CapabilitiesSchema = Type.Array(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9 ._+:/-]{0,23}$', examples: ['4K'] }), { maxItems: 16, uniqueItems: true, description: 'What this device can do, in words of your own.', examples: [['4K', 'HDR10+']] });
export const ReplacedSessionIdSchema = Type.Optional(Type.String({
    description: 'The credential of this session from now on. Absent if the session came by cookie: then the answer sets the cookie.',
    examples: [exampleReplacement]
}));
/** Not an enum: what can end a session becomes more. */
export const EndReasonSchema = Type.String({ description: `Why it ended: ${endReasons.map(reason => `\`${reason}\``).join(', ')}. There may be more.`, examples: ['ended_by_user'] });
export const ActorSchema = Type.Optional(Type.String({ description: 'The public id of the session that ended it, if one did.', examples: [exampleId] }));
export const DescriptionSchema = Type.Object({
    sessionId: SessionIdSchema,
    ...TimesSchema.properties,
    lifetime: Type.String({ description: 'The lifetime profile that it was opened with.', examples: ['default'] }),
    ipAddress: Type.String({ description: 'Where the login came from.', examples: ['203.0.113.7'] }),
    userAgent: Type.String({ description: 'What the client called itself at login; the first 512 characters.', examples: ['curl/8.5.0'] }),
    lastIpAddress: Type.String({ description: 'Where it was last used from, as of `lastAccessedAt`.', examples: ['203.0.113.7'] }),
    lastUserAgent: Type.String({ description: 'What the client called itself then.', examples: ['curl/8.5.0'] }),
    current: Type.Boolean({ description: 'Whether it is the session of this request.' }),
    device: Type.Object({
        browser: Type.String({ examples: ['Chrome'] }),
        os: Type.String({ examples: ['Windows'] }),
        type: Type.String({ enum: [...deviceTypes] })
    }, { description: 'Read from the user agent of the login.' }),
    deviceName: Type.Optional(DeviceNameSchema),
    capabilities: Type.Optional(CapabilitiesSchema),
    online: Type.Optional(Type.Boolean({ description: 'Whether it has a live connection (GET /session/events): right to 5 s for connections that close and instances that are gone. A client that vanished without a word is online until that is noticed: through a WebSocket within two heartbeats (40 s unless configured otherwise), with server-sent events within five minutes. In GET /sessions only.', examples: [true] })),
    anonymous: Type.Optional(Type.Boolean({ description: '`true` if it was opened without a login.', examples: [true] })),
    flagged: Type.Optional(Type.Boolean({ description: '`true` if it was used from another network, client or device since the password was last proven.', examples: [true] }))
}, { $id: 'SessionDescription', description: 'A session, as its owner sees it', examples: [exampleDescription] });
export const shared = [ProblemSchema, UserSchema, AccountSchema, TimesSchema, DescriptionSchema];
//# sourceMappingURL=schemas.js.map