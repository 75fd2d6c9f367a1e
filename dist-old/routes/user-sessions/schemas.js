import { Type } from '@sinclair/typebox';
import { deviceTypes } from "../../sessions/devices/device.js";
import { IDEMPOTENCY_KEY_PATTERN } from "../../idempotency/idempotency-key.js";
import { MOST_ENDED } from "../../sessions/many.js";
import { ROLE_PATTERN } from "../../users/user.js";
import { EMAIL_MAX_LENGTH, EMAIL_PATTERN } from "../../users/email.js";
import { exampleCredential, exampleId, exampleOtherDescription, exampleTimes } from "../examples.js";
import { AnonymousSessionSchema, CapabilitiesSchema, Closed, DescriptionSchema, DeviceIdSchema, DeviceNameSchema, NameSchema, SessionIdSchema, TimesSchema, refTo } from "../schemas.js";
import { KeepDataSchema, patchBodyOf } from "../session-data/schemas.js";
/**
 * Of accounts here it is a number; users of elsewhere may have any text that can stand in a header, a line of a message and the name of a key as it is. The length is that of
 * `sub` in OpenID Connect Core 1.0 section 2.
 */
const UserIdSchema = Type.String({ pattern: '^[!-~]{1,255}$', description: 'The id of the user, as `sub` of an introspection has it: 1 to 255 characters of printable ASCII without spaces.', examples: ['1'] });
const Moment = (description) => Type.Optional(Type.String({ pattern: '^\\d{1,15}$', description: `${description} Epoch milliseconds.` }));
/** Query values are text: nothing is coerced. Without examples, which Swagger UI would send. */
export const FilterQuerySchema = Type.Object({
    deviceType: Type.Optional(Type.String({ enum: [...deviceTypes], description: 'Only sessions on devices of this type.' })),
    address: Type.Optional(Type.String({ pattern: '^[0-9A-Fa-f:.]{2,45}(?:/[0-9]{1,3})?$', description: 'Only those that were opened, or last used, from this address or network, such as `203.0.113.0/24`. Under `CAPTURE_ADDRESS=masked` it is not known where in a network (`/24`, `/64`) that was; under `off` none is found.' })),
    openedBefore: Moment('Only those that were opened before.'),
    unusedSince: Moment('Only those that were not used since, to one touch interval.'),
    flagged: Type.Optional(Type.String({ enum: ['true', 'false'], description: 'Only those that were used from elsewhere since the password was last proven, or only the others.' }))
});
export const IdempotencyKeySchema = Type.Object({
    'idempotency-key': Type.Optional(Type.String({ pattern: IDEMPOTENCY_KEY_PATTERN, description: 'A text of your own for this request, new for each: 1 to 128 characters of printable ASCII, with or without quotation marks around it. Repeated with the same one, the request is not done again but answered as the first time.' }))
});
/** Of an answer that a request with an Idempotency-Key got. */
export const replayed = { 'idempotency-replayed': Type.String({ enum: ['true'], description: 'Nothing was done: this is the answer to the first request with this Idempotency-Key. Absent otherwise.' }) };
const CursorSchema = Type.Optional(Type.String({ minLength: 1, maxLength: 8192, description: 'Where the call before says that it goes on: `nextCursor` of a list, `cursor` of an end. The rest of the query stays the same.' }));
const ListQuerySchema = Closed({
    userId: Type.Optional({ ...UserIdSchema, description: `${UserIdSchema.description} Without it: of everybody, in no order but those of a user together.` }),
    ...FilterQuerySchema.properties,
    limit: Type.Optional(Type.String({ pattern: '^([1-9][0-9]?|100)$', default: '100', description: 'Sessions a page, 1 to 100.' })),
    cursor: CursorSchema
});
const ListAnswerSchema = Type.Object({
    count: Type.Optional(Type.Integer({ description: 'All live sessions of the user that were asked for, also those on other pages; absent of everybody’s.', examples: [1] })),
    sessions: Type.Array(Type.Object({ userId: UserIdSchema, ...DescriptionSchema.properties })),
    nextCursor: Type.Optional(Type.String({ description: 'Ask for the next page with it; absent on the last one. Of everybody’s a page may be short, or empty, and have a next one.' }))
}, { description: 'Newest first, of everybody’s those of each user; none of a user that is not known', examples: [{ count: 1, sessions: [{ userId: '1', ...exampleOtherDescription }] }] });
export const ParamsSchema = Type.Object({ sessionId: SessionIdSchema });
const ShowAnswerSchema = Type.Object({
    userId: UserIdSchema,
    session: refTo(DescriptionSchema)
}, { description: 'The session, and whose it is', examples: [{ userId: '1', session: exampleOtherDescription }] });
const EndedAnswerSchema = Type.Object({
    message: Type.Literal('Session ended'),
    sessionId: SessionIdSchema
}, { description: 'That session has ended', headers: replayed, examples: [{ message: 'Session ended', sessionId: exampleId }] });
/** Bytes: room for more ids than one call may name, and for spaces between them. */
export const LIST_BODY_LIMIT = 65_536;
const EndListedBodySchema = Closed({
    sessionIds: Type.Array(SessionIdSchema, { minItems: 1, uniqueItems: true, description: `Public ids, whoever's they are: 1 to ${MOST_ENDED}; more are 413 \`batch_too_large\`.` })
}, { examples: [{ sessionIds: [exampleId] }] });
const EndedListAnswerSchema = Type.Object({
    message: Type.Literal('Sessions ended'),
    processed: Type.Integer({ description: 'How many were named.', examples: [2] }),
    ended: Type.Integer({ description: 'How many of them it ended.', examples: [1] }),
    more: Type.Boolean({ description: 'Always `false`: one call ends all that it names.', examples: [false] }),
    notFound: Type.Array(Type.String(), { description: 'The others: they had ended before, or go on under another id since their password was proven, or there never were any.', examples: [[exampleId]] })
}, { description: 'None of those that were found answers any more', headers: replayed, examples: [{ message: 'Sessions ended', processed: 2, ended: 1, more: false, notFound: [exampleId] }] });
export const EndAllQuerySchema = Closed({
    userId: Type.Optional(UserIdSchema),
    confirm: Type.Optional(Type.String({ enum: ['everybody', 'matching'], description: 'In place of `userId`. `everybody`: the sessions of everybody, all of them. `matching`: those of everybody that are asked for, where nearly all may fit that.' })),
    ...FilterQuerySchema.properties,
    dryRun: Type.Optional(Type.String({ enum: ['true', 'false'], description: '`true`: nothing is ended, `processed` says how many fit.' })),
    cursor: CursorSchema
});
const EndedAllAnswerSchema = Type.Object({
    message: Type.String({ enum: ['Logged out from all devices', 'Logged out everybody', 'Sessions ended', 'Nothing was ended'], description: 'The third of those that were asked for, the last of a dry run.' }),
    processed: Type.Integer({ description: 'How many were meant by this call; of a dry run, all that fit, of everybody’s those of the users that it looked at.', examples: [2] }),
    ended: Type.Integer({ description: 'How many it ended: those that had not ended meanwhile, and do not go on under another id since their password was proven.', examples: [2] }),
    more: Type.Boolean({ description: `Whether there are more of them: of those that were asked for one call ends ${MOST_ENDED}, and looks at some hundreds of users. Repeat it then, with the \`cursor\` if there is one.` }),
    cursor: Type.Optional(Type.String({ description: 'Of everybody’s: where the next call goes on. Absent when there are no more.' }))
}, { description: 'What was ended does not answer any more', headers: replayed, examples: [{ message: 'Logged out from all devices', processed: 2, ended: 2, more: false }] });
export const OpenBodySchema = Closed({
    userId: { ...UserIdSchema, description: 'The id that your service gives the user: 1 to 255 characters of printable ASCII without spaces; others percent-encoded. Whole numbers are the accounts here as well: one that an account has needs the scope `admin`. Not `anonymous:…`.', examples: ['customer-4711'] },
    profile: Type.Optional(Closed({
        email: Type.Optional(Type.String({ pattern: EMAIL_PATTERN, maxLength: EMAIL_MAX_LENGTH, examples: ['carol@example.com'] })),
        name: Type.Optional(NameSchema),
        roles: Type.Optional(Type.Array(Type.String({ pattern: ROLE_PATTERN, examples: ['customer'] }), { maxItems: 32, uniqueItems: true, description: 'What gateways and routes ask for. `admin` only with the scope `admin`.' }))
    }, { description: 'What GET /me, GET /verify and introspection tell of the user. It stays as it is for the life of the session.' })),
    claims: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'What introspection tells besides, as `claims`: at most 1,024 bytes as JSON.', examples: [{ plan: 'gold' }] })),
    ipAddress: Type.Optional(Type.String({ maxLength: 45, description: 'Where the user’s client is, not your service: shown in lists, and compared with at each use.', examples: ['203.0.113.7'] })),
    userAgent: Type.Optional(Type.String({ maxLength: 512, description: 'What that client calls itself.', examples: ['Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0'] })),
    rememberMe: Type.Optional(Type.Boolean({ description: 'As at POST /login.' })),
    lifetime: Type.Optional(Type.String({ pattern: '^[a-z][A-Za-z0-9]{0,31}$', description: 'As at POST /login.', examples: ['default'] })),
    anonymousSession: AnonymousSessionSchema,
    keepData: { ...KeepDataSchema, description: `${String(KeepDataSchema.description)} Of a service that is limited to a prefix: of those under keys with it, and no list names others; what is under these always stays.` },
    endSessionId: Type.Optional({ ...SessionIdSchema, description: 'The public id of a session of the user to end for this one: after 409 `session_limit_reached`.' }),
    rotate: Type.Optional(Type.Boolean({ description: 'As at POST /login.' })),
    deviceId: Type.Optional(DeviceIdSchema),
    deviceName: Type.Optional(DeviceNameSchema),
    capabilities: Type.Optional(CapabilitiesSchema)
}, { examples: [{ userId: 'customer-4711', profile: { name: 'Carol', roles: ['customer'] }, claims: { plan: 'gold' }, ipAddress: '203.0.113.7' }] });
const OpenAnswerSchema = Type.Object({
    message: Type.Literal('Session opened'),
    sessionId: Type.String({ description: 'The credential, for the user’s client: keep it secret.', examples: [exampleCredential] }),
    sid: { ...SessionIdSchema, description: 'Its public id, by which it is found and ended. It opens nothing.' },
    userId: UserIdSchema,
    session: refTo(TimesSchema)
}, { description: 'The user is logged in', headers: replayed, examples: [{ message: 'Session opened', sessionId: exampleCredential, sid: exampleId, userId: 'customer-4711', session: exampleTimes }] });
export const ChangeBodySchema = Closed({
    data: Type.Optional(patchBodyOf('Values by key, as at PATCH /session/data; only keys with the prefix that your service is limited to, if it is.')),
    extendSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 31_536_000, description: 'How long it may stay unused from now on, once, never past its absolute deadline; as at POST /session/extend.', examples: [7200] })),
    deviceName: Type.Optional(DeviceNameSchema)
}, { minProperties: 1, examples: [{ data: { cartItems: '4' }, extendSeconds: 7200 }] });
const ChangedAnswerSchema = Type.Object({
    message: Type.Literal('Session changed'),
    session: refTo(DescriptionSchema)
}, { description: 'As it is now', headers: replayed, examples: [{ message: 'Session changed', session: exampleOtherDescription }] });
export const tags = ['Other services'];
export const needs = (scope) => `Needs a key with the scope \`${scope}\`.`;
export const listUserSessions = {
    tags,
    operationId: 'listUserSessions',
    summary: 'List the sessions of a user, or of everybody',
    description: `${needs('sessions:read')} As the user sees them at GET /sessions, all or those that are asked for; looking is no use of them. Of everybody each that lives all the while is on one of the pages, and on two only after Redis has changed (a restart, a failover, slots that moved, hash tables that shrank). Of a slot that is on its way between masters from before the first page until after the last some may be missed.`,
    querystring: ListQuerySchema,
    response: { 200: ListAnswerSchema }
};
export const showUserSession = {
    tags,
    operationId: 'showUserSession',
    summary: 'Whose session is it, and from where?',
    description: `${needs('sessions:read')} By its public id, \`sid\` of an introspection. Looking is no use of it.`,
    params: ParamsSchema,
    response: { 200: ShowAnswerSchema }
};
export const openUserSession = {
    tags,
    operationId: 'openUserSession',
    summary: 'Open a session for a user who logs in elsewhere',
    description: `${needs('sessions:create')} For users whom your service has authenticated: nobody is asked for a password here, and none can be proven later. The session is like any other: limits, lists, deadlines and ends are the same. To have the user prove again who it is, open another one with \`endSessionId\`.`,
    headers: IdempotencyKeySchema,
    body: OpenBodySchema,
    response: { 201: OpenAnswerSchema }
};
export const changeUserSession = {
    tags,
    operationId: 'changeUserSession',
    summary: 'Change a session',
    description: `${needs('sessions:write')} Whoever’s it is, by its public id: merges \`data\`, extends it, names its device, in this order. A change that is refused (too much data) leaves those before it done and those after it undone. It is no use of the session.`,
    headers: IdempotencyKeySchema,
    params: ParamsSchema,
    body: ChangeBodySchema,
    response: { 200: ChangedAnswerSchema }
};
export const endUserSession = {
    tags,
    operationId: 'endUserSession',
    summary: 'End a session',
    description: `${needs('sessions:revoke')} Whoever’s it is. In the history of its user it ended for \`ended_by_service\`. After a 503 repeat it.`,
    headers: IdempotencyKeySchema,
    params: ParamsSchema,
    response: { 200: EndedAnswerSchema }
};
export const endListedSessions = {
    tags,
    operationId: 'endListedSessions',
    summary: 'End sessions by their ids',
    description: `${needs('sessions:revoke')} Whoever’s they are, up to ${MOST_ENDED} in one call. In the history of its user each ended for \`ended_by_service\`. After a 503 some may have ended: repeat it, those are in \`notFound\` then.`,
    headers: IdempotencyKeySchema,
    body: EndListedBodySchema,
    response: { 200: EndedListAnswerSchema }
};
export const endUserSessions = {
    tags,
    operationId: 'endUserSessions',
    summary: 'End all sessions of a user, or some, or those of everybody',
    description: `${needs('sessions:revoke')} Of all of them none answers from the first moment on, however many there are. Those that are asked for (\`deviceType\`, \`address\` …) are ended one after the other, without \`userId\` whoever’s they are: as long as there are \`more\`, with the \`cursor\` of the answer. What nearly all may fit needs \`confirm=matching\` as well, or it is 400: \`deviceType=unknown\`, a network larger than \`/8\` (IPv6 \`/16\`), \`openedBefore\`, \`unusedSince\` and \`flagged=false\`, without anything else. Those of everybody (\`confirm=everybody\`) end by one write, on every instance within half a second: whoever was logged in has to log in again, also who asks for it; \`processed\` and \`ended\` are how many sessions were live. After a 503 repeat it.`,
    headers: IdempotencyKeySchema,
    querystring: EndAllQuerySchema,
    response: { 200: EndedAllAnswerSchema }
};
//# sourceMappingURL=schemas.js.map