import { Type } from '@sinclair/typebox';
import { exampleCredential, exampleReplacement, exampleTimes, exampleToken } from "../examples.js";
import { PasswordSchema } from "../login/schemas.js";
import { Closed, DescriptionSchema, ReplacedSessionIdSchema, TimesSchema, Timestamp, refTo } from "../schemas.js";
const ExtendBodySchema = Closed({
    seconds: Type.Integer({ minimum: 1, maximum: 31_536_000, description: 'How long from now it may stay unused.', examples: [7200] })
}, { examples: [{ seconds: 7200 }] });
const ExtendedAnswerSchema = Type.Object({
    message: Type.Literal('Session extended'),
    grantedSeconds: Type.Integer({ description: 'How much of it was granted: less only if the session ends in any case before that.', examples: [7200] }),
    session: refTo(TimesSchema)
}, {
    description: 'When it ends now',
    examples: [{ message: 'Session extended', grantedSeconds: 7200, session: { ...exampleTimes, idleExpiresAt: '1704074410000', expiresAt: '1704074410000' } }]
});
const RotatedAnswerSchema = Type.Object({
    message: Type.Literal('Session rotated'),
    sessionId: Type.Optional(Type.String({ description: 'The next credential of the same session. Use it from now on. Absent if the session came by cookie: then the answer sets the cookie.', examples: [exampleCredential.replace('.1.', '.2.')] }))
}, {
    description: 'The next credential',
    examples: [{ message: 'Session rotated', sessionId: exampleCredential.replace('.1.', '.2.') }]
});
const ReauthenticateBodySchema = Closed({
    password: PasswordSchema
}, { examples: [{ password: 'password123' }] });
const ReauthenticatedAnswerSchema = Type.Object({
    message: Type.Literal('Password confirmed'),
    sessionId: ReplacedSessionIdSchema,
    session: refTo(TimesSchema)
}, {
    description: 'The new credential',
    examples: [{ message: 'Password confirmed', sessionId: exampleReplacement, session: { ...exampleTimes, lastAccessedAt: '1704070000000', authenticatedAt: '1704070000000' } }]
});
const tags = ['This session'];
export const getSession = {
    tags,
    operationId: 'getSession',
    summary: 'Show this session',
    description: 'Its public id, device and deadlines: when it ends if it is not used, when it ends in any case, and which of them comes first.',
    response: { 200: refTo(DescriptionSchema) }
};
export const rotateSession = {
    tags,
    operationId: 'rotateSession',
    summary: 'Get the next credential',
    description: 'Replaces the credential of this session; id, data and deadlines stay. Everyone who asks with the same credential gets the same successor, ' +
        'so a lost answer is asked for again. The old one works until 30 seconds after the new one was first used (ROTATION_GRACE_SECONDS). As long as that runs, who asks with the new one gets the same again. Used after that the old one is taken for stolen, and the session ends.',
    response: { 200: RotatedAnswerSchema }
};
export const AudienceSchema = Type.String({ pattern: '^[!-+\\--~]{1,128}$', description: 'For whom it is: one of TOKEN_AUDIENCES.', examples: ['shop'] });
const TokenBodySchema = Closed({
    audience: AudienceSchema
}, { examples: [{ audience: 'shop' }] });
export const TokenAnswerSchema = Type.Object({
    token: Type.String({ description: 'A JSON Web Token (RFC 7519), signed by EdDSA.' }),
    tokenType: Type.Literal('Bearer'),
    expiresAt: Timestamp('Until when it is good.')
}, { description: 'A token about this session', examples: [{ token: exampleToken, tokenType: 'Bearer', expiresAt: '1704067320000' }] });
export const issueToken = {
    tags,
    operationId: 'issueToken',
    summary: 'Get a token that others verify by themselves',
    description: 'For a service that verifies signatures (GET /.well-known/jwks.json) instead of asking: it says whose session this is, for one audience, and is good for a few minutes (TOKEN_SECONDS), never longer than the session as it stands. ' +
        'Ending the session does not reach it there; POST /v1/introspect tells at once. No route here takes it for a session.',
    body: TokenBodySchema,
    response: { 200: TokenAnswerSchema }
};
export const reauthenticate = {
    tags,
    operationId: 'reauthenticate',
    summary: 'Prove the password again',
    description: 'For what answers 403 `reauthentication_required`. The session goes on under a new id and a new credential, with its data and deadlines; the old one is worth nothing at once, ' +
        'also to whoever else had it. A wrong password changes nothing; after ten of them this session has to wait.',
    body: ReauthenticateBodySchema,
    response: { 200: ReauthenticatedAnswerSchema }
};
export const extendSession = {
    tags,
    operationId: 'extendSession',
    summary: 'Stay logged in for longer without use',
    description: 'Lets this session stay unused until `seconds` from now, never past its absolute deadline. Asked again within a second it is the same extension; it never makes a session end sooner.',
    body: ExtendBodySchema,
    response: { 200: ExtendedAnswerSchema }
};
//# sourceMappingURL=schemas.js.map