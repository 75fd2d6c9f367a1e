import { Type } from '@sinclair/typebox';
import { exampleEvent, exampleId } from "../examples.js";
import { ActorSchema, Closed, DescriptionSchema, EndReasonSchema, SessionIdSchema, Timestamp, refTo } from "../schemas.js";
export const EventSchema = Type.Object({
    id: Type.String({ pattern: '^\\d+$', description: 'Grows with every event of the account.', examples: ['1704067260000'] }),
    at: Timestamp('When it happened.'),
    event: Type.String({ description: '`created`, `rotated` (the next credential was first used), `extended` (it may stay unused for longer), `data_changed`, `reauthenticated` (the session goes on under another id), `flagged` (used from elsewhere), `limited` (a login that the limit of sessions denied), `ended`. There may be more.', examples: ['ended'] }),
    sessionId: SessionIdSchema,
    details: Type.Object({
        reason: Type.Optional(EndReasonSchema),
        actor: ActorSchema,
        keys: Type.Optional(Type.Array(Type.String(), { description: 'Data keys that were changed; never what they hold.' })),
        moreKeys: Type.Optional(Type.Integer({ description: 'How many more keys were changed than are named.' })),
        changes: Type.Optional(Type.Integer({ description: 'How often: what a session does again and again is one event, at the time of the last one.' })),
        generation: Type.Optional(Type.Integer({ description: 'Which credential of the session it was, from 1.' })),
        extendedUntil: Type.Optional(Timestamp('Until when the session may stay unused.')),
        formerSessionId: Type.Optional(Type.String({ description: 'The public id that the session had before.', examples: [exampleId] })),
        signals: Type.Optional(Type.Array(Type.String(), { description: 'What changed: `network`, `client`, `device`.', examples: [['network']] })),
        limit: Type.Optional(Type.Object({
            of: Type.String({ enum: ['all', 'deviceType'], description: 'Sessions of the account, or of its devices of that type.' }),
            max: Type.Integer()
        }, { description: 'The limit that denied the login.' })),
        lifetime: Type.Optional(Type.String({ description: 'The lifetime profile, if not the default one.' })),
        ipAddress: Type.Optional(DescriptionSchema.properties.ipAddress),
        userAgent: Type.Optional(DescriptionSchema.properties.userAgent),
        device: Type.Optional(DescriptionSchema.properties.device)
    }, { description: 'What there is to say about this event.' })
}, { $id: 'ActivityEvent', description: 'One thing that happened to a session', examples: [exampleEvent] });
const QuerySchema = Closed({
    limit: Type.Optional(Type.String({ pattern: '^([1-9][0-9]?|100)$', default: '100', description: 'Events a page, 1 to 100.' })),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: '`nextCursor` of the page before.' }))
});
const AnswerSchema = Type.Object({
    events: Type.Array(refTo(EventSchema)),
    nextCursor: Type.Optional(Type.String({ description: 'Ask for the next page with it; absent on the last one.' }))
}, { description: 'What happened, newest first', examples: [{ events: [exampleEvent] }] });
const tags = ['My devices'];
export const myActivity = {
    tags,
    operationId: 'myActivity',
    summary: 'What happened to my sessions?',
    description: 'Logins, new credentials, extensions, changed data keys, proofs of the password, use from elsewhere and ends of all your sessions, newest first. The last 200 events (ACTIVITY_MAX_ENTRIES) of at most 90 days (ACTIVITY_RETENTION_SECONDS) are kept.',
    querystring: QuerySchema,
    response: { 200: AnswerSchema }
};
export const sessionActivity = {
    tags,
    operationId: 'sessionActivity',
    summary: 'What happened to one session?',
    description: 'The same as GET /me/activity for one of your sessions, live or ended. An id that is unknown or somebody else’s is 404 alike.',
    params: Type.Object({ sessionId: SessionIdSchema }),
    querystring: QuerySchema,
    response: { 200: AnswerSchema }
};
//# sourceMappingURL=schemas.js.map