import type { Socket } from 'node:net'
import fp from 'fastify-plugin'

export interface Draining {
  readonly isOn: boolean
  /** From now on /readyz says no and every answer closes its connection, so that clients move to another instance. */
  start: () => void
  /** How long no request has come since the start, those for health apart: a load balancer asks for these until the end. */
  quietMs: () => number
}

declare module 'fastify' {
  interface FastifyInstance {
    draining: Draining
  }
}

const HEALTH = ['/readyz', '/livez']

/** The first half of a graceful stop; `app.close()` is the second. */
export default fp(async app => {
  let isOn = false
  let lastRequestAt = 0
  const draining: Draining = {
    get isOn () { return isOn },
    start () {
      isOn = true
      lastRequestAt = performance.now()
      app.server.on('request', ({ url }) => {
        if (!HEALTH.some(path => url === path || url?.startsWith(`${path}?`))) lastRequestAt = performance.now()
      })
    },
    quietMs: () => performance.now() - lastRequestAt
  }
  app.decorate('draining', draining)

  // Browsers open connections before they need them. Node waits for the first request of each, for a minute.
  const connections = new Set<Socket>()
  app.server.on('connection', (socket: Socket) => {
    connections.add(socket)
    socket.once('close', () => connections.delete(socket))
  })
  app.addHook('preClose', async () => {
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy()
  })
}, { name: 'draining' })
