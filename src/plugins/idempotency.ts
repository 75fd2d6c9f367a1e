import { createHash, type Hash } from 'node:crypto'
import type { FastifyReply, FastifyRequest, RequestPayload } from 'fastify'
import fp from 'fastify-plugin'
import type { ServiceConfig } from '../config.ts'
import { idempotencyKeyIn } from '../idempotency/idempotency-key.ts'
import { createIdempotency, type Claim, type Idempotency } from '../idempotency/idempotency.ts'
import { createSeals } from '../idempotency/seal.ts'
import { createKeyring } from '../sessions/keyring.ts'
import { createIdempotencyClaims } from '../store/idempotency-claims.ts'
import { createKeys } from '../store/keys.ts'
import { callerOf } from './caller-guard.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The Idempotency-Key that came with the request, the digest of its body as it arrives, and the claim that it holds; null without one. */
    idempotency: { key: string, body: Hash, claim: Claim | null } | null
  }
  interface FastifyContextConfig {
    /** For services only: whether it takes an Idempotency-Key. */
    idempotent?: boolean
  }
}

/** Statuses below 500 that refuse a request for what it is, or for the moment: nothing was done, and a better or later one may come under the same key. */
const NOT_KEPT = [400, 401, 403, 412, 413, 415, 429]

/** What was asked for with an Idempotency-Key is done once: on routes that say `config: { idempotent: true }`. */
export default fp<{ config: ServiceConfig }>(async (app, { config }) => {
  const idempotency = createIdempotency({
    claims: createIdempotencyClaims({ client: app.redis, keys: createKeys(config.KEY_PREFIX), isAvailable: app.redisLink.isAvailable, timeoutMs: config.REDIS_TIMEOUT_MS }),
    sealsOf: createSeals(createKeyring(config.SESSION_KEYS)),
    keptMs: config.IDEMPOTENCY_SECONDS * 1000
  })
  app.decorateRequest('idempotency', null)
  app.addHook('onRoute', route => {
    if (route.config?.idempotent !== true) return
    route.preParsing = [readKey, ...[route.preParsing ?? []].flat()]
    // The last one: who is refused by another claims nothing.
    route.preHandler = [...[route.preHandler ?? []].flat(), beginWith(idempotency)]
    route.onSend = [...[route.onSend ?? []].flat(), settle]
  })
}, { name: 'idempotency', dependencies: ['redis'] })

/** The body counts byte by byte: whoever repeats a request sends the same ones. */
function readKey (request: FastifyRequest, _reply: FastifyReply, payload: RequestPayload, done: (error: Error | null, payload: RequestPayload) => void): void {
  const header = request.headers['idempotency-key']
  if (header !== undefined) {
    const body = createHash('sha256')
    request.idempotency = { key: idempotencyKeyIn(String(header)), body, claim: null }
    payload.on('data', chunk => body.update(chunk))
  }
  done(null, payload)
}

function beginWith ({ begin }: Idempotency) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const { idempotency } = request
    if (idempotency === null) return
    const begun = await begin(callerOf(request).name, idempotency.key, requestOf(request, idempotency.body))
    if ('status' in begun) return reply.code(begun.status).type(begun.type).headers({ 'idempotency-replayed': 'true', ...begun.headers }).send(begun.body)
    idempotency.claim = begun
  }
}

/** All that makes it this request. Who may do less than before is not told what more it was told then; what it comes with only if it is there. */
function requestOf (request: FastifyRequest, body: Hash): string {
  const { method, url, headers: { 'if-match': ifMatch } } = request
  const scopes = [...callerOf(request).scopes].sort()
  return [...scopes, method, url, body.digest('hex'), ...(ifMatch === undefined ? [] : [ifMatch])].join(' ')
}

/** Before the answer leaves, so that no repetition comes before it is known. What went wrong on this side is not waited for. */
async function settle ({ idempotency, log }: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<void> {
  const claim = idempotency?.claim ?? null
  if (claim === null) return
  const [status, etag] = [reply.statusCode, reply.getHeader('etag')]
  if (status >= 500) claim.release()
  else if (NOT_KEPT.includes(status)) await claim.release()
  else if (!await claim.keep({ status, type: String(reply.getHeader('content-type')), headers: etag === undefined ? {} : { etag: String(etag) }, body: String(payload) })) log.warn('the answer to a request with an Idempotency-Key was not kept')
}
