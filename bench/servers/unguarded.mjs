/**
 * Preloaded into the service: POST /v1/introspect a second time, as POST /unguarded/v1/introspect, where nobody is asked for a key. The same handler in the same process, so what they
 * differ by is the guard.
 */
import { subscribe } from 'node:diagnostics_channel'

const ROUTE = '/v1/introspect'
const caller = { name: 'bench', scopes: ['sessions:introspect'], dataPrefix: '' }

subscribe('fastify.initialization', ({ fastify }) => {
  fastify.addHook('onRoute', function ({ url, method, config, schema, ...route }) {
    if (url !== ROUTE || method !== 'POST') return
    this.route({
      ...route,
      url: `/unguarded${ROUTE}`,
      method,
      config: { ...config, scope: undefined, public: true },
      schema: { ...schema, hide: true },
      onRequest (request, _reply, done) {
        request.caller = caller
        done()
      }
    })
  })
})
