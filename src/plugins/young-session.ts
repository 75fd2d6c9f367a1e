import fp from 'fastify-plugin'
import type { ServiceConfig } from '../config.ts'
import { sessionOf } from './guard.ts'
import { createYoungSessions } from '../sessions/policies/young-session.ts'

type YoungSessions = ReturnType<typeof createYoungSessions> & {
  /** Whether a session that is opened from that device (guessing/device-token.ts; null: none that is known) is put under the guard. */
  guards: (device: string | null) => boolean
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Not for a session under the guard whose user has older ones: what is done here could end them. */
    grown?: boolean
  }
  interface FastifyInstance {
    youngSessions: YoungSessions
  }
}

/** The young-session guard, as SESSION_GUARD_SECONDS says. */
export default fp<{ config: ServiceConfig }>(async (app, { config }) => {
  const guardSeconds = config.SESSION_GUARD_SECONDS
  app.addHook('onRoute', route => {
    // Behind the guard that knows the session, which comes before whatever the route has.
    if (route.config?.grown === true) route.preHandler = [...[route.preHandler ?? []].flat(), async request => app.youngSessions.assertMayEndAll(sessionOf(request))]
  })
  app.decorate('youngSessions', {
    ...createYoungSessions(app.sessionStore, guardSeconds * 1000),
    // A device is known for as long as the guard takes, or whoever logs in twice would come from a known one.
    guards: device => guardSeconds > 0 && (device === null || !app.deviceTokens.isKnownFor(device, guardSeconds))
  })
}, { name: 'young-session', dependencies: ['sessions', 'login-throttle'] })
