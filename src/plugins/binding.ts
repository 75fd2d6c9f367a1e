import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { ServiceConfig } from '../config.ts'
import { invalidSession } from '../sessions/alive.ts'
import { isAnonymous } from '../sessions/anonymous.ts'
import { serviceError } from '../sessions/errors.ts'
import type { Use } from '../sessions/whereabouts.ts'
import type { BindingMode, BindingModes } from '../sessions/policies/binding.ts'
import { madeOnce } from '../sessions/made-once.ts'
import type { Origin, Session } from '../sessions/session.ts'
import { isFromPlace, LONGEST_USER_AGENT } from '../sessions/devices/surroundings.ts'
import { clientAddress } from './http/client-address.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /**
     * Whether the password has to be proven before the session may be used from where this request comes from, also if this route may be used nevertheless.
     * @throws ServiceError `reauthentication_required`, `invalid_session` if neither may be
     */
    assertBinding: (request: FastifyRequest, session: Bound) => Promise<boolean> | undefined
    /** Whether a session of who has not logged in may be used from there. */
    mayBeUsedFrom: (request: Pick<FastifyRequest, 'ip' | 'socket' | 'headers'>, session: Session) => Promise<boolean>
  }
}

/** Of a session, what says where it may be used from. */
type Bound = Pick<Session, 'id' | 'userId' | 'binding' | 'lastOrigin' | 'made'>

/** Of IPv6 as RFC 4291 writes it; what is longer came through a proxy that passes on anything. */
const LONGEST_ADDRESS = 45

/** Where the last request came from that was found to come from where it may. */
const lastPlace = madeOnce((_session: Bound): { ip?: string, userAgent?: string } => ({}))

/** Where a session is used: judged at each validation, as BINDING_NETWORK, BINDING_CLIENT and BINDING_DEVICE say; and noted, once a touch interval, for lists. */
export default fp<{ config: ServiceConfig }>(async (app, { config }) => {
  const modes = { network: config.BINDING_NETWORK, client: config.BINDING_CLIENT, device: config.BINDING_DEVICE }
  const withoutPassword = withoutStepUp(modes)
  const isJudged = Object.values(modes).some(mode => mode !== 'off')
  const keeps = { address: config.CAPTURE_ADDRESS !== 'off', userAgent: config.CAPTURE_USER_AGENT !== 'off' }
  app.decorate('assertBinding', (request, session) => {
    if (session.lastOrigin !== null) app.sessions.noteOrigin(session, originOf(request))
    if (!isJudged || (request.headers['x-device-id'] === undefined && isWhereItWas(request, session))) return undefined
    return judge(request, session, useOf(request))
  })

  app.decorate('mayBeUsedFrom', async (request, session) => !isJudged || await app.sessions.judgeBinding(session, useOf(request), withoutPassword) !== 'enforce')

  /** Nearly always nothing has changed: looked at without what makes an address canonical, and without anything if that is where the request before it came from. */
  function isWhereItWas ({ ip = '', headers: { 'user-agent': userAgent = '' } }: FastifyRequest, session: Bound): boolean {
    const last = lastPlace(session)
    if (last.ip === ip && last.userAgent === userAgent) return true
    if (!isFromPlace(session.binding, keeps.address ? ip : '', keeps.userAgent ? userAgent : '')) return false
    if (ip.length <= LONGEST_ADDRESS && userAgent.length <= LONGEST_USER_AGENT) {
      last.ip = ip
      last.userAgent = userAgent
    }
    return true
  }

  async function judge (request: FastifyRequest, session: Bound, use: Use): Promise<boolean> {
    const mode = await app.sessions.judgeBinding(session, use, isAnonymous(session) ? withoutPassword : modes)
    if (mode === 'enforce') throw invalidSession()
    if (mode === 'step-up' && request.routeOptions.config.evenIfMoved !== true) throw moved()
    return mode === 'step-up'
  }
}, { name: 'binding', dependencies: ['sessions'] })

/** For who has no password to prove. */
function withoutStepUp (modes: BindingModes): BindingModes {
  const lenient = (mode: BindingMode) => mode === 'step-up' ? 'observe' : mode
  return { network: lenient(modes.network), client: lenient(modes.client), device: lenient(modes.device) }
}

/** The user agent is cut here, before anything is made of it: what a session keeps and what a request is compared with have to be made of one text. */
export function originOf (request: Pick<FastifyRequest, 'ip' | 'socket' | 'headers'>): Origin {
  return { ipAddress: clientAddress(request), userAgent: (request.headers['user-agent'] ?? '').slice(0, LONGEST_USER_AGENT) }
}

/** The same of a request with a session. An empty `x-device-id` says nothing. */
export function useOf (request: Pick<FastifyRequest, 'ip' | 'socket' | 'headers'>): Use {
  const deviceId = request.headers['x-device-id']
  return { ...originOf(request), ...(deviceId && { deviceId: String(deviceId) }) }
}

function moved () {
  return serviceError('reauthentication_required', 'This session is used from another network, client or device than before. Prove the password with POST /session/reauthenticate, and repeat this request with the new credential.')
}
