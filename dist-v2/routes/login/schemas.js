import { Type } from '@sinclair/typebox';
import { EMAIL_MAX_LENGTH, EMAIL_PATTERN } from "../../users/email.js";
import { PASSWORD_MAX_LENGTH } from "../../users/passwords/guessable.js";
import { exampleCredential, exampleDeviceToken, exampleTimes, exampleUser } from "../examples.js";
import { KeepDataSchema } from "../session-data/schemas.js";
import { AnonymousSessionSchema, CapabilitiesSchema, Closed, DeviceIdSchema, DeviceNameSchema, LifetimeSchema, RememberMeSchema, SessionIdSchema, TimesSchema, UserSchema, refTo } from "../schemas.js";
/** One that the account may have, however old. */
export const PasswordSchema = Type.String({ minLength: 1, maxLength: PASSWORD_MAX_LENGTH, examples: ['password123'] });
const LoginBodySchema = Closed({
    email: Type.String({ pattern: EMAIL_PATTERN, maxLength: EMAIL_MAX_LENGTH, description: 'Upper and lower case are the same.', examples: ['alice@example.com'] }),
    password: PasswordSchema,
    rememberMe: RememberMeSchema,
    lifetime: LifetimeSchema,
    endSessionId: Type.Optional({ ...SessionIdSchema, description: 'The public id of a session of yours to end for this one: after 409 `session_limit_reached`, whose answer lists them. One that has ended already is no fault. With SESSION_GUARD_SECONDS only from a known device.' }),
    rotate: Type.Optional(Type.Boolean({ description: '`true`: replace the credential when it is 15 minutes old (ROTATION_INTERVAL_SECONDS). The answer to any request then carries the next one in its header `x-session-id`: use it from then on. A session by cookie is rotated without asking.' })),
    cookie: Type.Optional(Type.Boolean({ description: '`true`: for pages in a browser. The credential comes as a cookie that scripts cannot read, and not in the answer; the request has to come from a page of this service or of an origin in CORS_ORIGINS. It ends the session whose cookie came along; an anonymous one is taken the place of, as by `anonymousSession`.' })),
    deviceId: Type.Optional(DeviceIdSchema),
    deviceName: Type.Optional(DeviceNameSchema),
    capabilities: Type.Optional(CapabilitiesSchema),
    anonymousSession: AnonymousSessionSchema,
    keepData: KeepDataSchema,
    deviceToken: Type.Optional(Type.String({ maxLength: 256, description: 'The `deviceToken` of an earlier login to this account, which makes this device a known one; pages in a browser send it as a cookie. One that is worth nothing is as good as none.', examples: [exampleDeviceToken] }))
}, { examples: [{ email: 'alice@example.com', password: 'password123' }] });
const answer = { message: Type.Literal('Login successful') };
const known = { user: refTo(UserSchema), session: refTo(TimesSchema) };
const LoginAnswerSchema = Type.Union([
    Type.Object({
        ...answer,
        sessionId: Type.String({ description: 'The credential: keep it secret, send it as x-session-id or as Authorization: Bearer.', examples: [exampleCredential] }),
        ...known,
        deviceToken: Type.String({ description: 'Send it at the next login from this device: then others who guess at the account cannot make it wait. It opens nothing.', examples: [exampleDeviceToken] })
    }),
    Type.Object({ ...answer, ...known }, { description: 'Asked for with `cookie`: the credential and the device token are in cookies alone.' })
], {
    description: 'Logged in',
    headers: { 'set-cookie': Type.String({ description: 'Asked for with `cookie`: the credential, and the device token (`__Host-session`, `__Host-device`).' }) },
    examples: [{ message: 'Login successful', sessionId: exampleCredential, user: exampleUser, session: exampleTimes, deviceToken: exampleDeviceToken }]
});
const LogoutAnswerSchema = Type.Object({
    message: Type.Literal('Logged out successfully')
}, {
    description: 'The session has ended',
    headers: {
        'set-cookie': Type.String({ description: 'Of a session by cookie: clears it.' }),
        'clear-site-data': Type.String({ description: 'Beside that: the browser drops what it stored of this site.' })
    },
    examples: [{ message: 'Logged out successfully' }]
});
/** Bytes: more than the longest email and password in any spelling, so that nobody is told the faults of a whole book. */
export const LOGIN_BODY_LIMIT = 16_384;
export const login = {
    tags: ['Log in'],
    operationId: 'login',
    summary: 'Log in on this device',
    description: 'Opens a session. Unknown email, wrong password and disabled account get the same answer after the same amount of work. Failed logins are counted, by account, by address and in all, or by device if it is known; who has to wait is answered 429 with `Retry-After`, also with the right password. With a `deviceId` it replaces the session that the account has on that device; with an anonymous session it takes the place of that.',
    body: LoginBodySchema,
    response: { 200: LoginAnswerSchema }
};
export const logout = {
    tags: ['Log in'],
    operationId: 'logout',
    summary: 'Log out on this device',
    description: 'Ends the session of this request, here and on every instance, together with its data. A session cookie is cleared, and the browser told to drop what the service stored in it (Clear-Site-Data).',
    response: { 200: LogoutAnswerSchema }
};
//# sourceMappingURL=schemas.js.map