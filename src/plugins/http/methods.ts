import { METHODS } from 'node:http'
import type { FastifyRequest, HTTPMethods } from 'fastify'
import fp from 'fastify-plugin'
import { serviceError } from '../../sessions/errors.ts'

/**
 * A known path with a method that it does not have is 405 with `Allow` (RFC 9110 section 15.5.6), not 404. Answered in
 * onRequest, before a body is read.
 */
export default fp(async app => {
  // All that Node can read, so that PROPFIND /me is 405 too and not an unknown route.
  for (const method of METHODS.filter(method => !app.supportedMethods.includes(method))) app.addHttpMethod(method)
  const urls = new Set<string>()
  app.addHook('onRoute', ({ url }) => { urls.add(url) })

  app.decorate('answerMissingMethods', () => {
    for (const url of [...urls]) {
      // Asked anew: a route with and without a trailing slash is announced once.
      const isThere = (method: string) => app.hasRoute({ method: method as HTTPMethods, url })
      const allow = app.supportedMethods.filter(isThere).sort().join(', ')
      const refuse = async (request: FastifyRequest) => { throw notAllowed(request.method, allow) }
      app.route({
        method: app.supportedMethods.filter(method => !isThere(method)) as HTTPMethods[],
        url,
        schema: { hide: true },
        config: { public: true },
        onRequest: refuse,
        handler: refuse
      })
    }
  })
}, { name: 'methods' })

declare module 'fastify' {
  interface FastifyInstance {
    /** Call once, when all routes are registered. */
    answerMissingMethods: () => void
  }
}

function notAllowed (method: string, allow: string) {
  return serviceError('method_not_allowed', `${method} is not possible here; ${allow} is.`, { headers: { allow } })
}
