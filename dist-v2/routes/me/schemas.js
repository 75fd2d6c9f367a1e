import { Type } from '@sinclair/typebox';
import { exampleReplacement, exampleTimes, exampleUser } from "../examples.js";
import { PasswordSchema } from "../login/schemas.js";
import { NewPasswordSchema } from "../new-password.js";
import { Closed, ReplacedSessionIdSchema, TimesSchema, UserSchema, refTo } from "../schemas.js";
const WhoSchema = Type.Object({
    id: Type.Unsafe({ type: ['integer', 'string'], description: 'A whole number; of a user of another service what that service says, which may be a text.', examples: [1] }),
    email: Type.Optional(UserSchema.properties.email),
    name: Type.Optional(UserSchema.properties.name)
}, { description: 'Whose session it is. Without `email` and `name` if another service opened it and told none.' });
const MeAnswerSchema = Type.Object({
    user: WhoSchema,
    session: refTo(TimesSchema)
}, {
    description: 'Who you are, and how long this session lives',
    examples: [{ user: exampleUser, session: exampleTimes }]
});
const ChangePasswordBodySchema = Closed({
    currentPassword: PasswordSchema,
    newPassword: NewPasswordSchema
}, { examples: [{ currentPassword: 'password123', newPassword: 'seven otters sing' }] });
const PasswordChangedAnswerSchema = Type.Object({
    message: Type.Literal('Password changed'),
    sessionId: ReplacedSessionIdSchema,
    ended: Type.Integer({ description: 'How many other sessions of yours it ended.', examples: [2] }),
    session: refTo(TimesSchema)
}, {
    description: 'The new credential',
    examples: [{ message: 'Password changed', sessionId: exampleReplacement, ended: 2, session: { ...exampleTimes, lastAccessedAt: '1704070000000', authenticatedAt: '1704070000000' } }]
});
export const changePassword = {
    tags: ['Log in'],
    operationId: 'changePassword',
    summary: 'Change my password',
    description: 'Ends all of your other sessions. This one goes on under a new id and a new credential; the old one is worth nothing at once. ' +
        'A wrong current password changes nothing; after ten of them this session has to wait. With SESSION_GUARD_SECONDS a young session from a device that is not known is refused as long as there is an older one. A new password that guessers try first is 400 `password_too_common`.',
    body: ChangePasswordBodySchema,
    response: { 200: PasswordChangedAnswerSchema }
};
export const me = {
    tags: ['Log in'],
    operationId: 'me',
    summary: 'Who am I?',
    description: 'The user of this session, as its last validation found it. The user database is not asked.',
    response: { 200: MeAnswerSchema }
};
//# sourceMappingURL=schemas.js.map