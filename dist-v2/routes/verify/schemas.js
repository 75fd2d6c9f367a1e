import { Type } from '@sinclair/typebox';
import { exampleId } from "../examples.js";
import { Closed, SessionIdSchema } from "../schemas.js";
import { ROLE_PATTERN } from "../../users/user.js";
/** Query values are text: nothing is coerced. */
const VerifyQuerySchema = Closed({
    role: Type.Optional(Type.String({ pattern: ROLE_PATTERN, description: 'A role that the user must have, such as `admin`; otherwise 403 `forbidden`.' })),
    fresh: Type.Optional(Type.String({ pattern: '^[1-9][0-9]{0,7}$', description: 'Seconds within which the password must have been proven; otherwise 403 `reauthentication_required`.' })),
    anonymous: Type.Optional(Type.String({ enum: ['true', 'false'], description: '`true`: sessions of who has not logged in pass, too, with an empty `X-Session-User`; otherwise they are 401.' }))
});
const IdentityAnswerSchema = Type.Object({
    userId: Type.String({ description: 'Whose session it is; empty if nobody has logged in.', examples: ['1'] }),
    sessionId: SessionIdSchema,
    roles: Type.Array(Type.String(), { examples: [['admin']] })
}, {
    description: 'The session is alive. The same in headers, for the gateway to pass on',
    headers: {
        'x-session-user': Type.String({ description: '`userId`.' }),
        'x-session-id': Type.String({ description: '`sessionId`, the public id: it opens nothing.' }),
        'x-session-roles': Type.String({ description: '`roles`, with commas between them.' }),
        'set-cookie': Type.String({ description: 'The next credential, of a session by cookie that is due: for the gateway to pass back to the client.' })
    },
    examples: [{ userId: '1', sessionId: exampleId, roles: [] }]
});
export const verify = {
    tags: ['Gateways'],
    operationId: 'verify',
    summary: 'May this request pass?',
    description: 'Forward authentication for nginx `auth_request`, Traefik ForwardAuth and the like (examples/): the gateway sends the headers of the request that came to it, and lets it pass on 200. ' +
        '401: no live session; 403: not enough; 503: it cannot be known, so nothing passes. X-Original-Method or X-Forwarded-Method says which method that request has: ' +
        'one that changes something and comes with the cookie has to come from a page that may. A question with `role` or `fresh` is answered by what holds at this moment. ' +
        'For Envoy, which asks with the method and the path of the request, there is /verify/ with anything behind it.',
    querystring: VerifyQuerySchema,
    response: { 200: IdentityAnswerSchema }
};
/** For Envoy, which puts the path and the query of the request behind the prefix. */
export const verifyPath = { hide: true, querystring: Type.Object({}), response: { 200: IdentityAnswerSchema } };
//# sourceMappingURL=schemas.js.map