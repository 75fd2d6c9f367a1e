import fp from 'fastify-plugin'

declare module 'fastify' {
  interface FastifyInstance {
    /** Once started, /readyz says no and every answer closes its connection, so that clients move to another instance. */
    draining: { readonly isOn: boolean, start: () => void }
  }
}

/** The first half of a graceful stop; `app.close()` is the second. */
export default fp(async app => {
  const draining = { isOn: false, start () { draining.isOn = true } }
  app.decorate('draining', draining)
}, { name: 'draining' })
