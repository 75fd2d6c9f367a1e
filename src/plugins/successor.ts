import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isRemembered } from '../sessions/policies/lifetimes.ts'
import type { Session } from '../sessions/session.ts'

/** Puts the next credential of a session into the browser if the present one came from there; says whether it did. */
export async function giveByCookie (app: FastifyInstance, request: FastifyRequest, reply: FastifyReply, session: Session, successor: string): Promise<boolean> {
  if (app.sessionCookie.valuesIn(request).length === 0) return false
  const { lifetime, times } = await app.sessions.describe(session)
  app.sessionCookie.give(request, reply, successor, isRemembered({ lifetime }) ? times : undefined)
  return true
}
