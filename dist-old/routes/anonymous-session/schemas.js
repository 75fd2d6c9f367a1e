import { Type } from '@sinclair/typebox';
import { exampleCredential, exampleTimes } from "../examples.js";
import { Closed, TimesSchema, refTo } from "../schemas.js";
const OpenBodySchema = Closed({
    rotate: Type.Optional(Type.Boolean({ description: 'As at POST /login.' })),
    cookie: Type.Optional(Type.Boolean({ description: '`true`: for pages in a browser. The credential comes as a cookie, as at POST /login. If the cookie of a live session came along, whoever’s it is, that one goes on.' }))
}, { examples: [{}] });
const OpenAnswerSchema = Type.Object({
    message: Type.String({ enum: ['Session opened', 'Session goes on'], description: 'The second if the cookie of a live session came along.' }),
    sessionId: Type.Optional(Type.String({ description: 'The credential: keep it secret, send it as x-session-id or as Authorization: Bearer. Absent with `cookie`.', examples: [exampleCredential] })),
    session: refTo(TimesSchema)
}, {
    description: 'There is a session',
    headers: { 'set-cookie': Type.String({ description: 'Asked for with `cookie`: the credential.' }) },
    examples: [{ message: 'Session opened', sessionId: exampleCredential, session: exampleTimes }]
});
export const openAnonymousSession = {
    tags: ['Log in'],
    operationId: 'openAnonymousSession',
    summary: 'Begin without a login',
    description: 'Opens a session for somebody who has not logged in, for what should be there before: a cart, a choice of language. It keeps data (/session/data), is extended, rotated and ended as any other, and is shown by GET /session; ' +
        'everything that is about a user answers 403 `login_required`, and to gateways and other services it is nobody’s unless they ask for such sessions. POST /login takes its place, by `anonymousSession` or by cookie: under a new id and credential, with the data that `keepData` says. ' +
        'One address may open ANONYMOUS_SESSIONS_PER_ADDRESS in a while (429 `too_many_sessions`).',
    body: OpenBodySchema,
    response: { 200: OpenAnswerSchema }
};
//# sourceMappingURL=schemas.js.map