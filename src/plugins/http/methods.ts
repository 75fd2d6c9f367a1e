import type { FastifyRequest, HTTPMethods } from 'fastify'
import fp from 'fastify-plugin'
import findMyWay from 'find-my-way'
import { serviceError } from '../../sessions/errors.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Call once, when all routes and hooks are there. */
    answerUnknown: () => void
  }
  interface FastifyRequest {
    /** The route whose path was asked for with a method that it does not have. */
    refusedRoute: string | undefined
  }
}

/** What a path can have; HEAD comes with most of GET. */
const METHODS = ['DELETE', 'GET', 'HEAD', 'PATCH', 'POST', 'PUT'] satisfies HTTPMethods[]

/**
 * A known path with a method that it does not have is 405 with `Allow` (RFC 9110 section 15.5.6), not 404. Both are answered in
 * onRequest, before a body is read. The paths are in a router of their own: a route for each method that is missing would make
 * thirty times as many, and a start take a quarter longer.
 */
export default fp(async app => {
  const urls = new Set<string>()
  app.addHook('onRoute', ({ url }) => { urls.add(url) })
  app.decorateRequest('refusedRoute', undefined)

  app.decorate('answerUnknown', () => {
    const router = findMyWay({ maxParamLength: app.initialConfig.routerOptions?.maxParamLength })
    for (const url of urls) {
      // Asked anew: a route with and without a trailing slash is announced once.
      for (const method of METHODS.filter(method => app.hasRoute({ method, url }))) router.on(method, url, () => {}, url)
    }

    async function refuse (request: FastifyRequest): Promise<never> {
      const { method, url } = request
      const found = METHODS.flatMap(there => ({ there, route: router.find(there, url)?.store as string | undefined })).filter(({ route }) => route !== undefined)
      // A file that a route looked for and did not find.
      if (found.length === 0 || found.some(({ there }) => there === method)) throw notFound()
      request.refusedRoute = found[0]?.route
      throw notAllowed(method, found.map(({ there }) => there).join(', '))
    }

    // In a context of its own, which has all hooks from before, and this one that no known route has.
    app.register(async unknown => {
      unknown.addHook('onRequest', refuse)
      unknown.setNotFoundHandler(refuse)
    })
  })
}, { name: 'methods' })

/** The route that was asked for, whether it has that method or not; undefined if there is none. Never a path, which may hold what is secret. */
export function routeOf ({ routeOptions, refusedRoute }: FastifyRequest): string | undefined {
  return routeOptions.url ?? refusedRoute
}

/** The path is not repeated: whoever asked knows it, and it may hold a credential that was put in the wrong place. */
function notFound () {
  return serviceError('route_not_found', 'There is no such path. See /docs for every route.')
}

function notAllowed (method: string, allow: string) {
  return serviceError('method_not_allowed', `${method} is not possible here; ${allow} is.`, { headers: { allow } })
}
