import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { serviceError } from '../../sessions/errors.ts'
import { describeSession } from '../describe-session.ts'
import * as schemas from './schemas.ts'

/** The sessions of any user, for other services. */
const userSessions: FastifyPluginAsyncTypebox = async app => {
  const cause = { reason: 'ended_by_service' as const }

  app.get('/v1/sessions', { config: { scope: 'sessions:read', problems: ['malformed_cursor'] }, schema: schemas.listUserSessions }, async ({ query: { userId, limit, cursor } }) => {
    const { count, sessions, nextCursor } = await app.sessions.list({ userId }, Number(limit), cursor)
    return { count, sessions: sessions.map(session => describeSession(session, '')), nextCursor }
  })

  app.get('/v1/sessions/:sessionId', { config: { scope: 'sessions:read', problems: ['session_not_found'] }, schema: schemas.showUserSession }, async ({ params: { sessionId } }) => {
    const session = await app.sessions.find(sessionId)
    if (session === null) throw notFound()
    return { userId: session.userId, session: describeSession(session, '') }
  })

  app.delete('/v1/sessions/:sessionId', { config: { scope: 'sessions:revoke', problems: ['session_not_found'] }, schema: schemas.endUserSession }, async ({ params: { sessionId } }) => {
    if (!await app.sessions.endAny(sessionId, cause)) throw notFound()
    return { message: 'Session ended' as const, sessionId }
  })

  app.delete('/v1/sessions', { config: { scope: 'sessions:revoke' }, schema: schemas.endUserSessions }, async ({ query: { userId } }) =>
    ({ message: 'Logged out from all devices' as const, ended: await app.sessions.endAll(userId, null, cause) }))
}

function notFound () {
  return serviceError('session_not_found', 'There is no live session with this id. GET /v1/sessions lists those of a user.')
}

export default userSessions
