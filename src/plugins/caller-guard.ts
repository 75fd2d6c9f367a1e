import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isAssertion } from '../callers/assertion.ts'
import type { Caller } from '../callers/caller.ts'
import type { Scope } from '../callers/scope.ts'
import { serviceError } from '../sessions/errors.ts'
import { authorizationsOf } from './http/presented-credential.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The service that asks, on routes for services; null on all others. */
    caller: Caller | null
  }
}

/** The guard of a route for services: who asks has a key or has signed an assertion, and may do that. */
export function callerGuardOf (app: FastifyInstance, scope: Scope) {
  function admit (request: FastifyRequest, caller: Caller | null, name: string | null): void {
    if (caller === null || (name !== null && name !== caller.name)) throw serviceError('invalid_service_key', 'There is no such key, or not any more, or the name with it is not that of its service.')
    assertScope(caller, scope)
    request.caller = caller
  }

  return (request: FastifyRequest, _reply: FastifyReply, done: (error?: Error) => void): void => {
    const { key, name } = presentedKey(authorizationsOf(request))
    const found = name === null && isAssertion(key) ? app.callers.authenticateByAssertion(key) : app.callers.authenticate(key)
    if (found instanceof Promise) {
      found.then(caller => admit(request, caller, name)).then(() => done(), done)
      return
    }
    admit(request, found, name)
    done()
  }
}

/** @throws ServiceError `insufficient_scope` */
export function assertScope (caller: Caller, scope: Scope): void {
  if (!caller.scopes.includes(scope)) throw insufficientScope(scope)
}

/** The service of a route for services. */
export function callerOf (request: Pick<FastifyRequest, 'caller'>): Caller {
  return request.caller as Caller
}

/**
 * RFC 6750 section 2.1, of a key or an assertion, or the client authentication of RFC 6749 section 2.3.1: the name of the service as user, its key as password.
 * @throws ServiceError `no_service_key`, `credentials_disagree`
 */
function presentedKey ([authorization = '', ...others]: string[]): { key: string, name: string | null } {
  if (others.length > 0) throw serviceError('credentials_disagree', 'The request has more than one Authorization. Send one.')
  const [, scheme = '', text = ''] = /^(bearer|basic) +(\S+) *$/i.exec(authorization) ?? []
  if (scheme === '') throw serviceError('no_service_key', 'This route is for other services: send a key, as Authorization: Bearer ssk_… or as the password of Authorization: Basic, or an assertion as Authorization: Bearer.')
  if (scheme.toLowerCase() === 'bearer') return { key: text, name: null }
  const [, name = '', key = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(text, 'base64').toString()) ?? []
  return { key: formDecoded(key), name: formDecoded(name) }
}

/** Clients encode both as members of a form; neither a name nor a key has a sign that means anything else then. */
function formDecoded (text: string): string {
  return String(new URLSearchParams(`text=${text}`).get('text'))
}

/** RFC 6750 section 3.1. */
function insufficientScope (scope: Scope) {
  return serviceError('insufficient_scope', `This needs the scope ${scope}, which the service does not have. An operator can give it one: npm run keys -- scopes, or PATCH /admin/callers.`, {
    extras: { scope },
    headers: { 'www-authenticate': `Bearer realm="sessions", error="insufficient_scope", scope="${scope}"` }
  })
}
