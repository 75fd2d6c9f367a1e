import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isRemembered } from '../sessions/policies/lifetimes.ts'
import type { Reopened } from '../sessions/opening.ts'

/** Gives the client the credential of the session that took the place of its old one: in the cookie alone if the old one came so, otherwise in the answer. */
export function handOver (app: FastifyInstance, request: FastifyRequest, reply: FastifyReply, { credential, lifetime, session }: Reopened): { sessionId?: string } {
  // What the guard offered when the old credential was due for its successor leads nowhere any more.
  if (reply.hasHeader('x-session-id')) reply.header('x-session-id', credential)
  if (app.sessionCookie.valuesIn(request).length === 0) return { sessionId: credential }
  app.sessionCookie.give(request, reply, credential, isRemembered({ lifetime }) ? session.times : undefined)
  return {}
}
