import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import fp from 'fastify-plugin';
import { version } from "../version.js";
import { cursorIntoFirstField } from "./docs-page.js";
import { description, tags } from "./docs-text.js";
import { SECURE_NAME } from "./http/session-cookie.js";
/**
 * What Swagger UI needs and nothing else. The plugin's own policy has `upgrade-insecure-requests`, under which the page
 * stays blank wherever the service is reached by plain HTTP under another name than localhost.
 */
const contentSecurityPolicy = [
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "connect-src 'self'",
    "base-uri 'none'", "form-action 'none'", "frame-ancestors 'none'"
].join('; ');
/** The OpenAPI 3.1 document, made from the routes, and Swagger UI on it. */
export default fp(async (app) => {
    await app.register(swagger, {
        openapi: {
            openapi: '3.1.0',
            info: { title: 'Session service', version, description, license: { name: 'MIT', identifier: 'MIT' } },
            servers: [{ url: '/' }],
            tags,
            components: {
                securitySchemes: {
                    sessionId: { type: 'apiKey', in: 'header', name: 'x-session-id', description: 'The `sessionId` of POST /login.' },
                    bearer: { type: 'http', scheme: 'bearer', description: 'The same `sessionId`, as a bearer token (RFC 6750).' },
                    cookie: { type: 'apiKey', in: 'cookie', name: SECURE_NAME, description: 'Set by POST /login with `cookie: true`; the browser sends it by itself. On plain HTTP in a local run its name is `session`.' },
                    serviceKey: { type: 'http', scheme: 'bearer', description: 'For other services: a key, `ssk_…`, that an operator made with `npm run keys` or POST /admin/callers; or an assertion, a JSON Web Token that the service signs anew for each request (RFC 7523 section 3) and whose public key an operator has registered.' },
                    serviceBasic: { type: 'http', scheme: 'basic', description: 'The same key as the password, with the name of the service as the user (RFC 6749 section 2.3.1).' }
                }
            }
        },
        transform: ({ schema, url }) => ({ schema: isOfSession(schema) ? withDeviceId(withSuccessor(schema)) : schema, url }),
        refResolver: { buildLocalReference: json => String(json.$id) }
    });
    await app.register(async (pages) => {
        pages.addHook('onRequest', (_request, reply, done) => {
            reply.header('referrer-policy', 'no-referrer');
            done();
        });
        await pages.register(swaggerUi, {
            routePrefix: '/docs',
            theme: { title: 'Session service', js: [{ filename: 'cursor.js', content: cursorIntoFirstField }] },
            staticCSP: contentSecurityPolicy,
            // Without the top bar: its logo brings an inline style, and its address field loads any document of any host.
            uiConfig: { layout: 'BaseLayout', docExpansion: 'list', tryItOutEnabled: true, displayRequestDuration: true, persistAuthorization: false }
        });
    });
}, { name: 'docs' });
function isOfSession({ security }) {
    return security?.some(scheme => 'sessionId' in scheme) === true;
}
/** Any request with a session may name its device. Only told here: to check a header that hardly any request has would cost each of them. */
function withDeviceId(schema) {
    const { properties } = Object(schema.headers);
    return { ...schema, headers: { type: 'object', properties: { ...properties, 'x-device-id': deviceIdHeader } } };
}
const deviceIdHeader = {
    type: 'string',
    // Without an example: Swagger UI would send it with every request that a visitor tries.
    description: 'The `deviceId` that this session was opened with, if it was (`living-room-tv-7f3a`): another one is noted, or refused, as BINDING_DEVICE says. None is no change.'
};
/** Any answer to a session may bring its next credential (plugins/successor.ts), also one that refuses; it is said of those that succeed. */
function withSuccessor(schema) {
    const response = Object.entries(Object(schema.response)).map(([status, answer]) => {
        const { headers } = Object(answer);
        // What says of these headers itself what they are has no other ones.
        const isSaid = headers !== undefined && ('set-cookie' in headers || 'x-session-id' in headers);
        return [status, status.startsWith('2') && !isSaid ? { ...Object(answer), headers: { ...successorHeaders, ...headers } } : answer];
    });
    return { ...schema, response: Object.fromEntries(response) };
}
const successorHeaders = {
    'x-session-id': { type: 'string', description: 'The next credential, of a session that was opened with `rotate` and is due: use it from now on.' },
    'set-cookie': { type: 'string', description: 'The next credential, of a session by cookie that is due.' }
};
//# sourceMappingURL=docs.js.map