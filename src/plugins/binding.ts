import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { ServiceConfig } from '../config.ts'
import { invalidSession } from '../sessions/alive.ts'
import { serviceError } from '../sessions/errors.ts'
import type { Origin } from '../sessions/service.ts'
import type { Session } from '../sessions/session.ts'
import { bindingOf, LONGEST_USER_AGENT } from '../sessions/surroundings.ts'
import { clientAddress } from './http/client-address.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** @throws ServiceError `reauthentication_required`, `invalid_session` if the session may not be used from where this request comes from */
    assertBinding: (request: FastifyRequest, session: Session) => Promise<void> | undefined
  }
}

/** Where a session is used: judged at each validation, as BINDING_NETWORK and BINDING_CLIENT say. */
export default fp<{ config: ServiceConfig }>(async (app, { config }) => {
  const modes = { network: config.BINDING_NETWORK, client: config.BINDING_CLIENT }
  app.decorate('assertBinding', (request, session) => {
    // Nearly always nothing has changed: looked at without what makes an address canonical, and nothing to wait for.
    return bindingOf(request.ip, request.headers['user-agent'] ?? '') === session.binding ? undefined : judge(request, session, originOf(request))
  })

  async function judge (request: FastifyRequest, session: Session, origin: Origin): Promise<void> {
    const mode = await app.sessions.judgeBinding(session, origin, modes)
    if (mode === 'enforce') throw invalidSession()
    if (mode === 'step-up' && request.routeOptions.config.evenIfMoved !== true) throw moved()
  }
}, { name: 'binding', dependencies: ['sessions'] })

/** The user agent is cut here, before anything is made of it: what a session keeps and what a request is compared with have to be made of one text. */
export function originOf (request: Pick<FastifyRequest, 'ip' | 'socket' | 'headers'>): Origin {
  return { ipAddress: clientAddress(request), userAgent: (request.headers['user-agent'] ?? '').slice(0, LONGEST_USER_AGENT) }
}

function moved () {
  return serviceError('reauthentication_required', 'This session is used from another network or client than before. Prove the password with POST /session/reauthenticate, and repeat this request with the new credential.')
}
