import { Type } from '@sinclair/typebox';
import { exampleDescription, exampleEnded, exampleId, exampleOtherDescription } from "../examples.js";
import { ActorSchema, Closed, DescriptionSchema, DeviceNameSchema, EndReasonSchema, SessionIdSchema, Timestamp, refTo } from "../schemas.js";
export const EndedSchema = Type.Object({
    sessionId: SessionIdSchema,
    endedAt: Timestamp('When it ended.'),
    reason: EndReasonSchema,
    actor: ActorSchema,
    createdAt: Type.Optional(Timestamp('When it was opened; absent if that is not known any more.')),
    lastAccessedAt: Type.Optional(Timestamp('When it was last used; absent if it was not in use when its end was noticed.')),
    lifetime: DescriptionSchema.properties.lifetime,
    ipAddress: DescriptionSchema.properties.ipAddress,
    userAgent: DescriptionSchema.properties.userAgent,
    current: Type.Literal(false),
    device: DescriptionSchema.properties.device
}, { $id: 'EndedSession', description: 'A session that has ended, as its owner sees it', examples: [exampleEnded] });
/** Query values are text: nothing is coerced. */
const ListQuerySchema = Closed({
    ended: Type.Optional(Type.String({ enum: ['true', 'false'], default: 'false', description: '`true` lists those that have ended, by when they ended.' })),
    limit: Type.Optional(Type.String({ pattern: '^([1-9][0-9]?|100)$', default: '100', description: 'Sessions a page, 1 to 100.' })),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: '`nextCursor` of the page before.' }))
});
const ListAnswerSchema = Type.Object({
    count: Type.Integer({ description: 'All of your live (or ended) sessions, also those on other pages.', examples: [2] }),
    sessions: Type.Array(Type.Union([refTo(DescriptionSchema), refTo(EndedSchema)])),
    nextCursor: Type.Optional(Type.String({ description: 'Ask for the next page with it; absent on the last one.' }))
}, {
    description: 'Your sessions, newest first',
    examples: [{ count: 2, sessions: [exampleDescription, exampleOtherDescription] }, { count: 1, sessions: [exampleEnded] }]
});
const SessionParamsSchema = Type.Object({ sessionId: SessionIdSchema });
const RenameBodySchema = Closed({ deviceName: DeviceNameSchema }, { examples: [{ deviceName: 'TV in the bedroom' }] });
const RenamedAnswerSchema = Type.Object({
    message: Type.Literal('Session renamed'),
    sessionId: SessionIdSchema,
    deviceName: DeviceNameSchema
}, { description: 'The device has that name', examples: [{ message: 'Session renamed', sessionId: exampleId, deviceName: 'TV in the bedroom' }] });
const EndedAnswerSchema = Type.Object({
    message: Type.Literal('Session ended'),
    sessionId: SessionIdSchema
}, { description: 'That session has ended', examples: [{ message: 'Session ended', sessionId: exampleId }] });
const counted = {
    used: Type.Integer({ description: 'Live sessions that you have.', examples: [2] }),
    max: Type.Integer({ description: 'Live sessions that you may have.', examples: [100] })
};
const QuotaAnswerSchema = Type.Object({
    ...counted,
    policy: Type.String({ enum: ['evict-oldest', 'evict-idle', 'deny'], description: 'What a login beyond it does: end the session that was opened first, or unused for longest, or be refused.' }),
    byDeviceType: Type.Optional(Type.Record(Type.String(), Type.Object(counted), { description: 'The same on devices of one type, where that has a limit of its own.' }))
}, {
    description: 'How many sessions you have and may have',
    examples: [{ used: 2, max: 100, policy: 'evict-oldest' }]
});
const EndAllQuerySchema = Closed({
    except: Type.Optional(Type.Literal('current', { description: '`current` keeps the session of this request.' }))
});
const EndedAllAnswerSchema = Type.Object({
    message: Type.Literal('Logged out from all devices'),
    ended: Type.Integer({ description: 'How many sessions were ended.', examples: [2] })
}, {
    description: 'Every session has ended, or every other one',
    examples: [{ message: 'Logged out from all devices', ended: 2 }]
});
const tags = ['My devices'];
export const listSessions = {
    tags,
    operationId: 'listSessions',
    summary: 'List my sessions',
    description: 'Every device on which you are logged in, newest first. With `ended=true` those on which you were, with the reason; they are shown for a week (ENDED_SESSIONS_SECONDS). Costs the same however many sessions others have.',
    querystring: ListQuerySchema,
    response: { 200: ListAnswerSchema }
};
export const showQuota = {
    tags,
    operationId: 'showQuota',
    summary: 'Show how many sessions I may have',
    description: 'The limit of live sessions, how many of them are used, and what happens to the next one beyond it.',
    response: { 200: QuotaAnswerSchema }
};
export const renameSession = {
    tags,
    operationId: 'renameSession',
    summary: 'Name a device',
    description: 'Gives the device of that session the name that lists show. An id that is dead, unknown or somebody else’s is 404 alike.',
    params: SessionParamsSchema,
    body: RenameBodySchema,
    response: { 200: RenamedAnswerSchema }
};
export const endAllSessions = {
    tags,
    operationId: 'endAllSessions',
    summary: 'Log out everywhere',
    description: 'Ends all of your sessions at once, on every instance; with `except=current` all but this one. With SESSION_GUARD_SECONDS a young session from a device that is not known ends no older one (403 `session_too_young`).',
    querystring: EndAllQuerySchema,
    response: { 200: EndedAllAnswerSchema }
};
export const endSession = {
    tags,
    operationId: 'endSession',
    summary: 'End one session',
    description: 'Logs that device out. An id that is dead, unknown or somebody else’s is 404 alike. With SESSION_GUARD_SECONDS a young session from a device that is not known ends no older one (403 `session_too_young`).',
    params: SessionParamsSchema,
    response: { 200: EndedAnswerSchema }
};
//# sourceMappingURL=schemas.js.map