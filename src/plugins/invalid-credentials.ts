import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { ServiceConfig } from '../config.ts'
import { createInvalidCredentials } from '../guessing/invalid-credentials.ts'
import { createSubjects } from '../guessing/subjects.ts'
import { tooManyAttempts } from '../guessing/too-many-attempts.ts'
import { invalidSession } from '../sessions/alive.ts'
import type { ServiceError } from '../sessions/errors.ts'
import { createKeyring } from '../sessions/keyring.ts'
import { createFailureCounters } from '../store/failure-counters.ts'
import { createKeys } from '../store/keys.ts'
import { clientAddress } from './http/client-address.ts'

type Sender = Pick<FastifyRequest, 'ip' | 'socket'>

declare module 'fastify' {
  interface FastifyInstance {
    /** What a request with an invalid credential is told: `invalid_session` or, if too many of them came from there, `too_many_attempts`. */
    invalidCredential: (request: Sender) => ServiceError
  }
}

/** Invalid credentials, counted by address. Only who sends one is ever refused: a neighbour behind the same address is not. */
export default fp<{ config: ServiceConfig }>(async (app, { config }) => {
  if (config.INVALID_CREDENTIALS_PER_ADDRESS === 0) {
    app.decorate('invalidCredential', invalidSession)
    return
  }
  const invalidCredentials = createInvalidCredentials({
    totals: createFailureCounters({ client: app.redis, keys: createKeys(config.KEY_PREFIX), isAvailable: app.redisLink.isAvailable, timeoutMs: config.REDIS_TIMEOUT_MS }),
    subjects: createSubjects(createKeyring(config.SESSION_KEYS)),
    budget: { failures: config.INVALID_CREDENTIALS_PER_ADDRESS, windowMs: config.INVALID_CREDENTIALS_WINDOW_SECONDS * 1000, longestWaitMs: 0 }
  })
  app.addHook('onClose', () => invalidCredentials.close())
  app.decorate('invalidCredential', request => {
    const address = clientAddress(request)
    // There is none on a Unix socket.
    const refusal = address === '' ? null : invalidCredentials.count(address)
    return refusal === null ? invalidSession() : tooManyAttempts(refusal)
  })
}, { name: 'invalid-credentials', dependencies: ['redis'] })
