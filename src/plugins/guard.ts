import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { isAssertion } from '../callers/assertion.ts'
import type { Scope } from '../callers/scope.ts'
import { isServiceKey } from '../callers/service-key.ts'
import { callerGuardOf } from './caller-guard.ts'
import { authorizationsOf, presentedCredential } from './http/presented-credential.ts'
import { serviceError } from '../sessions/errors.ts'
import { alive } from '../sessions/alive.ts'
import { isAnonymous } from '../sessions/anonymous.ts'
import { isFresh } from '../sessions/policies/freshness.ts'
import { liveGuardOf } from './live-guard.ts'
import type { Holder } from '../events/registry.ts'
import type { Session } from '../sessions/session.ts'
import { isSafe } from './http/own-site.ts'
import type { Answer } from '../sessions/store.ts'
import { giveSuccessor, offerByCookie } from './successor.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The live session of the credential that came with the request; null on public routes. */
    session: Session | null
    /** Whose ticket came with the request instead; null if none did. */
    ticketHolder: Holder | null
  }
  interface FastifyContextConfig {
    /** What goes on after it was let in: a ticket opens it too (live-guard.ts). */
    live?: boolean
    /** Whether the session is judged by what holds at this moment, not up to a second ago. What needs a role or freshness always is. */
    strict?: boolean | ((request: FastifyRequest) => boolean)
    /** Asking is no use of the session: it expires as if nobody had. */
    noUse?: boolean
    /** A gateway asks on behalf of a request that came to it, and says in X-Original-Method or X-Forwarded-Method which method that has. */
    forwardAuth?: boolean
    /** No session needed. Every other route is guarded. */
    public?: boolean
    /** Not for users: what a service has to be allowed, which authenticates with its key instead. */
    scope?: Scope
    /** Not for users alone: what a service has to be allowed that sends its key, or an assertion, in the place of a session. */
    orScope?: Scope
    /** Of a route for services: a form may have the assertion of who sends it in it. */
    takesForms?: boolean
    /** Also for who has not logged in, and has an anonymous session. */
    anonymous?: boolean
    /** Role that the session's user must have. */
    role?: string
    /** Also for a session that is used from elsewhere, and has to prove the password for anything more. */
    evenIfMoved?: boolean
    /** Seconds within which the password must have been proven. */
    fresh?: number
  }
}

/**
 * Puts the guard before every route of the scope that registers it, unless the route says `config: { public: true }`; before those that say `config: { scope }` that of
 * services (caller-guard.ts).
 * It is a preHandler, so a body that does not fit is 400 before a missing session is 401: callers learn first what they
 * always get wrong, and nothing is read from the store for a request that cannot succeed.
 */
export default fp(async app => {
  app.decorateRequest('session', null)
  app.decorateRequest('caller', null)
  app.decorateRequest('ticketHolder', null)
  app.addHook('onRoute', route => {
    const { config = {} } = route
    if (config.public === true) return
    // A service is known by a header alone: nobody else's body is read.
    if (config.scope !== undefined) {
      const { ofHeaders, ofForm } = callerGuardOf(app, config.scope, config.takesForms)
      route.onRequest = [ofHeaders, ...[route.onRequest ?? []].flat()]
      if (config.takesForms === true) route.preValidation = [ofForm, ...[route.preValidation ?? []].flat()]
    } else if (config.live === true) route.preValidation = [liveGuardOf(app, guardOf(app, config)), ...[route.preValidation ?? []].flat()]
    else route.preHandler = [config.orScope === undefined ? guardOf(app, config) : eitherGuardOf(app, config, config.orScope), ...[route.preHandler ?? []].flat()]
  })
}, { name: 'guard', dependencies: ['sessions', 'callers', 'cookie-mode', 'binding', 'invalid-credentials'] })

/** A guard that waits only for what is not known at once: nearly every request passes without a promise. */
function guardOf (app: FastifyInstance, { role, fresh, strict, noUse = false, forwardAuth = false, anonymous = false }: FastifyContextConfig) {
  // What needs more than a session is not done on the strength of what was true a moment ago.
  const isAlwaysStrict = strict === true || role !== undefined || fresh !== undefined
  const isStrict = typeof strict === 'function' ? strict : () => isAlwaysStrict
  const offerSuccessor = forwardAuth ? offerByCookie : giveSuccessor

  function admit (request: FastifyRequest, reply: FastifyReply, credential: string, session: Session | null): Answer<void> {
    if (session === null) throw app.invalidCredential(request)
    if (!anonymous && isAnonymous(session)) throw loginRequired()
    request.session = session
    const judged = app.assertBinding(request, session)
    // Who has yet to prove that the session is theirs is given no credential of it.
    if (judged !== undefined) return judged.then(isMoved => isMoved ? demand(session) : goOn(request, reply, credential, session))
    return goOn(request, reply, credential, session)
  }

  function goOn (request: FastifyRequest, reply: FastifyReply, credential: string, session: Session): Answer<void> {
    if (session.rotation === 'due') return offerSuccessor(app, request, reply, session, credential).then(() => demand(session))
    demand(session)
  }

  const demand = (session: Session): void => assertDemands(session, role, fresh)

  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    const credential = credentialOf(app, request)
    const found = app.sessions.validate(credential, isStrict(request), !noUse)
    const pass = (session: Session | null): void => {
      try {
        settle(admit(request, reply, credential, session), done)
      } catch (error) {
        done(error as Error)
      }
    }
    if (found instanceof Promise) found.then(pass, done)
    else pass(found)
  }
}

/** The guard of a route for users that is for services too: who sends a session and a key is told that these disagree. */
function eitherGuardOf (app: FastifyInstance, config: FastifyContextConfig, scope: Scope) {
  const [ofUsers, { ofHeaders: ofServices }] = [guardOf(app, config), callerGuardOf(app, scope)]
  return (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void => {
    const credential = credentialOf(app, request)
    const guard = isServiceKey(credential) || isAssertion(credential) ? ofServices : ofUsers
    guard(request, reply, done)
  }
}

function settle (admitted: Answer<void>, done: (error?: Error) => void): void {
  if (admitted === undefined) done()
  else admitted.then(() => done(), done)
}

/** @throws ServiceError `forbidden` without that role, `reauthentication_required` if the password was proven longer ago than `fresh` seconds, `login_required` if never */
export function assertDemands (session: Session, role: string | undefined, fresh: number | undefined): void {
  const { profile, times } = session
  if (role !== undefined && !profile.roles.includes(role)) throw forbidden(role)
  if (fresh === undefined) return
  // Who has not logged in has never proven a password.
  if (isAnonymous(session)) throw loginRequired()
  if (!isFresh(times, fresh)) throw stale(fresh)
}

/** The session of a guarded route. */
export function sessionOf (request: Pick<FastifyRequest, 'session'>): Session {
  return alive(request.session)
}

/**
 * The credential that came with a request. Browsers add the cookie to what any page asks for, so a request with it that changes something has to come from a page that may;
 * also if it is in a header as well. Headers alone are nobody's to add.
 * @throws ServiceError `no_session`, `credentials_disagree`, `cross_site_request`
 */
export function credentialOf (app: FastifyInstance, request: FastifyRequest): string {
  const cookies = app.sessionCookie.valuesIn(request)
  if (cookies.length > 0 && !methodsOf(request).every(isSafe)) app.assertOwnSite(request)
  const credential = presentedCredential(request.headers['x-session-id'], authorizationsOf(request), cookies)
  if (credential === null) throw serviceError('no_session', 'This route needs a session: log in with POST /login and send its sessionId as x-session-id or as Authorization: Bearer.')
  return credential
}

/** The method of the request, and of the one on whose behalf a gateway asks: two headers of which a client may send the one that its gateway does not set. */
function methodsOf ({ method, headers, routeOptions: { config } }: FastifyRequest): string[] {
  if (config.forwardAuth !== true) return [method]
  return [method, ...[headers['x-original-method'], headers['x-forwarded-method']].flatMap(given => given === undefined ? [] : [String(given)])]
}

export function loginRequired () {
  return serviceError('login_required', 'This session was opened without a login, and this is for who has logged in. POST /login takes its place: send it as anonymousSession, or come with its cookie.')
}

function forbidden (role: string) {
  return serviceError('forbidden', `This route is for accounts with the role ${role}.`)
}

function stale (maxAge: number) {
  return serviceError('reauthentication_required', `For this the password has to be proven within ${maxAge} seconds. Send it to POST /session/reauthenticate, then repeat the request with the new sessionId.`, { extras: { maxAge } })
}
