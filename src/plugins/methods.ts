import type { HTTPMethods } from 'fastify'
import fp from 'fastify-plugin'
import { serviceError } from '../sessions/errors.ts'

/**
 * A known path with a method that it does not have is 405 with `Allow` (RFC 9110 section 15.5.6), not 404. Answered in
 * onRequest, before a body is read.
 */
export default fp(async app => {
  const methodsOf = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method, config }) => {
    if (config?.answersMissingMethods === true) return
    const known = methodsOf.get(url) ?? new Set()
    for (const name of [method].flat()) known.add(name)
    methodsOf.set(url, known)
  })

  app.decorate('answerMissingMethods', () => {
    for (const [url, known] of methodsOf) {
      const missing = app.supportedMethods.filter(method => !known.has(method)) as HTTPMethods[]
      if (missing.length > 0) app.route({
        method: missing,
        url,
        schema: { hide: true },
        config: { public: true, answersMissingMethods: true },
        onRequest: async request => { throw notAllowed(request.method, [...known].sort().join(', ')) },
        handler: async () => {}
      })
    }
  })
}, { name: 'methods' })

declare module 'fastify' {
  interface FastifyInstance {
    /** Call once, when all routes are registered. */
    answerMissingMethods: () => void
  }
  interface FastifyContextConfig {
    answersMissingMethods?: boolean
  }
}

function notAllowed (method: string, allow: string) {
  return serviceError('method_not_allowed', `${method} is not possible here; ${allow} is.`, { headers: { allow } })
}
