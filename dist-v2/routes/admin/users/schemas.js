import { Type } from '@sinclair/typebox';
import { EMAIL_MAX_LENGTH, EMAIL_PATTERN } from "../../../users/email.js";
import { ROLE_PATTERN } from "../../../users/user.js";
import { exampleAccount } from "../../examples.js";
import { NewPasswordSchema } from "../../new-password.js";
import { AccountSchema, Closed, NameSchema, refTo } from "../../schemas.js";
const ParamsSchema = Type.Object({
    userId: Type.String({ pattern: '^[1-9][0-9]{0,9}$', description: 'The id of the account, as GET /admin/users shows it.', examples: ['2'] })
});
const RolesSchema = Type.Array(Type.String({ pattern: ROLE_PATTERN, examples: ['admin'] }), {
    maxItems: 16,
    uniqueItems: true,
    description: 'All roles that the account has then. `admin` is the one that this service asks for; others are for your own services.',
    examples: [['admin']]
});
/** Query values are text: nothing is coerced. */
const ListQuerySchema = Closed({
    limit: Type.Optional(Type.String({ pattern: '^([1-9][0-9]?|100)$', default: '100', description: 'Accounts a page, 1 to 100.' })),
    cursor: Type.Optional(Type.String({ minLength: 1, maxLength: 128, description: '`nextCursor` of the page before.' }))
});
const ListAnswerSchema = Type.Object({
    users: Type.Array(refTo(AccountSchema)),
    nextCursor: Type.Optional(Type.String({ description: 'Ask for the next page with it; absent on the last one.' }))
}, { description: 'Accounts by id', examples: [{ users: [exampleAccount] }] });
const CreateBodySchema = Closed({
    email: Type.String({ pattern: EMAIL_PATTERN, maxLength: EMAIL_MAX_LENGTH, description: 'Upper and lower case are the same; it is kept in lower case.', examples: ['zoe@example.com'] }),
    name: NameSchema,
    password: NewPasswordSchema,
    roles: Type.Optional(RolesSchema)
}, { examples: [{ email: 'zoe@example.com', name: 'Zoë', password: 'seven otters sing', roles: [] }] });
const CreatedAnswerSchema = Type.Object({
    message: Type.Literal('User created'),
    user: refTo(AccountSchema)
}, {
    description: 'The account can log in',
    examples: [{ message: 'User created', user: { ...exampleAccount, id: 1001, email: 'zoe@example.com', name: 'Zoë' } }]
});
const UpdateBodySchema = Closed({
    disabled: Type.Optional(Type.Boolean({ description: '`true`: the account cannot log in. `false`: it can again.', examples: [true] })),
    roles: Type.Optional(RolesSchema)
}, { minProperties: 1, examples: [{ disabled: true }] });
const ended = Type.Integer({ description: 'How many sessions of the account it ended.', examples: [2] });
const UpdatedAnswerSchema = Type.Object({
    message: Type.Literal('User changed'),
    user: refTo(AccountSchema),
    ended
}, {
    description: 'The account as it is now',
    examples: [{ message: 'User changed', user: { ...exampleAccount, disabled: true }, ended: 2 }]
});
const DeletedAnswerSchema = Type.Object({
    message: Type.Literal('User deleted'),
    ended
}, { description: 'There is no such account any more', examples: [{ message: 'User deleted', ended: 2 }] });
const SetPasswordBodySchema = Closed({ password: NewPasswordSchema }, { examples: [{ password: 'seven otters sing' }] });
const PasswordSetAnswerSchema = Type.Object({
    message: Type.Literal('Password set'),
    ended
}, { description: 'The account logs in with it from now on', examples: [{ message: 'Password set', ended: 2 }] });
const tags = ['Operation'];
const changing = 'Needs the role `admin` and a password that was proven within the last 2 hours.';
export const listUsers = {
    tags,
    operationId: 'listUsers',
    summary: 'List all accounts',
    description: 'Needs the role `admin` and a password that was proven within the last 12 hours. By id, a page at a time.',
    querystring: ListQuerySchema,
    response: { 200: ListAnswerSchema }
};
export const createUser = {
    tags,
    operationId: 'createUser',
    summary: 'Add an account',
    description: `${changing} A password that guessers try first is 400 \`password_too_common\`.`,
    body: CreateBodySchema,
    response: { 201: CreatedAnswerSchema }
};
export const updateUser = {
    tags,
    operationId: 'updateUser',
    summary: 'Disable an account, or change its roles',
    description: `${changing} Disabling it and setting its roles ends all of its sessions, on every instance from their next request on: sessions carry the roles of their login. After a 503 repeat it. ` +
        'Nobody can disable their own account here, or take the role `admin` from it.',
    params: ParamsSchema,
    body: UpdateBodySchema,
    response: { 200: UpdatedAnswerSchema }
};
export const deleteUser = {
    tags,
    operationId: 'deleteUser',
    summary: 'Delete an account for good',
    description: `${changing} Ends all of its sessions, on every instance from their next request on, and erases the history of them; what is left is why and when each session ended, for ENDED_SESSIONS_SECONDS, for operators. ` +
        'There is no way back: the id is never given again, and the email is free. To keep the account, disable it. After a 503 repeat it: meanwhile the account may be disabled. Nobody can delete their own account here.',
    params: ParamsSchema,
    response: { 200: DeletedAnswerSchema }
};
export const setUserPassword = {
    tags,
    operationId: 'setUserPassword',
    summary: 'Set the password of an account',
    description: `${changing} Ends all sessions of the account. After a 503 repeat it. Your own is changed with POST /me/password, which asks for the current one.`,
    params: ParamsSchema,
    body: SetPasswordBodySchema,
    response: { 200: PasswordSetAnswerSchema }
};
//# sourceMappingURL=schemas.js.map