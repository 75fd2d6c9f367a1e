import fp from 'fastify-plugin'
import { createCallerAdministration, type CallerAdministration } from '../callers/administration.ts'
import { createAssertions, type Assertions } from '../callers/assertion.ts'
import { createCallers, type Callers } from '../callers/callers.ts'
import { createCallerRepository } from '../callers/repository.ts'
import type { ServiceConfig } from '../config.ts'
import { createKeys } from '../store/keys.ts'
import { createUsedAssertions } from '../store/used-assertions.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Other services: whose a key is, who signed an assertion, and what an operator does with them. */
    callers: Pick<Callers, 'authenticate' | 'holderOf'> & { authenticateByAssertion: Assertions['authenticate'] } & CallerAdministration
  }
}

/** Who else may ask: other services, by their keys in PostgreSQL, or by what they sign with the other half of a public key there. */
export default fp<{ config: ServiceConfig }>(async (app, { config }) => {
  const repository = createCallerRepository(app.database)
  const callers = createCallers({ repository })
  const used = createUsedAssertions({
    client: app.redis,
    keys: createKeys(config.KEY_PREFIX),
    isAvailable: app.redisLink.isAvailable,
    timeoutMs: config.REDIS_TIMEOUT_MS
  })
  app.addHook('onClose', () => callers.close())
  app.decorate('callers', {
    authenticate: callers.authenticate,
    holderOf: callers.holderOf,
    authenticateByAssertion: createAssertions({ callers, used, audience: app.tokens.issuer }).authenticate,
    ...createCallerAdministration({ repository, onChange: callers.forget })
  })
}, { name: 'callers', dependencies: ['database', 'redis', 'tokens'] })
