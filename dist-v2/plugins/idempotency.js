import { createHash } from 'node:crypto';
import fp from 'fastify-plugin';
import { idempotencyKeyIn } from "../idempotency/idempotency-key.js";
import { createIdempotency } from "../idempotency/idempotency.js";
import { createSeals } from "../idempotency/seal.js";
import { createKeyring } from "../sessions/keyring.js";
import { createIdempotencyClaims } from "../store/idempotency-claims.js";
import { createKeys } from "../store/keys.js";
import { callerOf } from "./caller-guard.js";
/** Statuses below 500 that refuse a request for what it is, or for the moment: nothing was done, and a better or later one may come under the same key. */
const NOT_KEPT = [400, 401, 403, 412, 413, 415, 429];
/** What was asked for with an Idempotency-Key is done once: on routes that say `config: { idempotent: true }`. */
export default fp(async (app, { config }) => {
    const idempotency = createIdempotency({
        claims: createIdempotencyClaims({ client: app.redis, keys: createKeys(config.KEY_PREFIX), isAvailable: app.redisLink.isAvailable, timeoutMs: config.REDIS_TIMEOUT_MS }),
        sealsOf: createSeals(createKeyring(config.SESSION_KEYS)),
        keptMs: config.IDEMPOTENCY_SECONDS * 1000
    });
    app.decorateRequest('idempotency', null);
    app.addHook('onRoute', route => {
        if (route.config?.idempotent !== true)
            return;
        route.preParsing = [readKey, ...[route.preParsing ?? []].flat()];
        // The last one: who is refused by another claims nothing.
        route.preHandler = [...[route.preHandler ?? []].flat(), beginWith(idempotency)];
        route.onSend = [...[route.onSend ?? []].flat(), settle];
    });
}, { name: 'idempotency', dependencies: ['redis'] });
/** The body counts byte by byte: whoever repeats a request sends the same ones. */
function readKey(request, _reply, payload, done) {
    const header = request.headers['idempotency-key'];
    if (header !== undefined) {
        const body = createHash('sha256');
        request.idempotency = { key: idempotencyKeyIn(String(header)), body, claim: null };
        payload.on('data', chunk => body.update(chunk));
    }
    done(null, payload);
}
function beginWith({ begin }) {
    return async (request, reply) => {
        const { idempotency } = request;
        if (idempotency === null)
            return;
        const begun = await begin(callerOf(request).name, idempotency.key, requestOf(request, idempotency.body));
        if ('status' in begun)
            return reply.code(begun.status).type(begun.type).headers({ 'idempotency-replayed': 'true', ...begun.headers }).send(begun.body);
        idempotency.claim = begun;
    };
}
/** All that makes it this request. Who may do less than before is not told what more it was told then; what it comes with only if it is there. */
function requestOf(request, body) {
    const { method, url, headers: { 'if-match': ifMatch } } = request;
    const scopes = [...callerOf(request).scopes].sort();
    return [...scopes, method, url, body.digest('hex'), ...(ifMatch === undefined ? [] : [ifMatch])].join(' ');
}
/** Before the answer leaves, so that no repetition comes before it is known. What went wrong on this side is not waited for. */
async function settle({ idempotency, log }, reply, payload) {
    const claim = idempotency?.claim ?? null;
    if (claim === null)
        return;
    const [status, etag] = [reply.statusCode, reply.getHeader('etag')];
    if (status >= 500)
        claim.release();
    else if (NOT_KEPT.includes(status))
        await claim.release();
    else if (!await claim.keep({ status, type: String(reply.getHeader('content-type')), headers: etag === undefined ? {} : { etag: String(etag) }, body: String(payload) }))
        log.warn('the answer to a request with an Idempotency-Key was not kept');
}
//# sourceMappingURL=idempotency.js.map