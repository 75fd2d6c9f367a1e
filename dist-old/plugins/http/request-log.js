import { createHmac } from 'node:crypto';
import fp from 'fastify-plugin';
import { createKeyring } from "../../sessions/keyring.js";
import { canonicalEmail } from "../../users/email.js";
import { errorForLog } from "../logger.js";
import { addressForLog } from "./client-address.js";
import { routeOf } from "./methods.js";
import { shownPath } from "./request-path.js";
/**
 * One line a request: who (a keyed hash of the session's public id, the same for all of its requests, or the name of the service; of a login, a keyed hash of
 * the email), what, how it ended, how long it took. No credential, no body, no query, and no path but that of a route that does not exist.
 */
export default fp(async (app, { config }) => {
    if (!['trace', 'debug', 'info'].includes(config.LOG_LEVEL))
        return;
    const [key = ''] = createKeyring(config.SESSION_KEYS).subkeys('log');
    const markOf = (id) => createHmac('sha256', key).update(id).digest('base64url').slice(0, 16);
    /** Of a login, whatever became of it: the account that it was for, whether there is one or not. */
    function accountIn(body) {
        const { email } = Object(body);
        return typeof email === 'string' ? { account: markOf(canonicalEmail(email)) } : {};
    }
    app.addHook('onResponse', async (request, reply) => {
        const route = routeOf(request, request.routeOptions.url);
        request.log.info({
            method: request.method,
            ...(route === undefined ? { path: shownPath(request.url) } : { route }),
            status: reply.statusCode,
            ...reasonOf(reply),
            ms: Math.round(reply.elapsedTime * 10) / 10,
            ip: addressForLog(request, config.CAPTURE_ADDRESS),
            session: request.session && markOf(request.session.id),
            ...(route === '/login' && accountIn(request.body)),
            caller: request.caller?.name
        }, 'request');
    });
}, { name: 'request-log', dependencies: ['errors'] });
/** Why it is an error; of what is away, what the driver says. The stack of a defect is on a line of its own. */
function reasonOf({ refusal }) {
    if (refusal === null)
        return {};
    return { code: refusal.code, ...(refusal.cause !== undefined && { cause: errorForLog(refusal.cause).message }) };
}
//# sourceMappingURL=request-log.js.map