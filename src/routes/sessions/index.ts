import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionOf } from '../../plugins/guard.ts'
import { describeSession } from '../describe-session.ts'
import * as schemas from './schemas.ts'

const tags = ['My devices']

const sessions: FastifyPluginAsyncTypebox = async app => {
  app.get('/sessions', {
    config: { problems: ['malformed_cursor'] },
    schema: {
      tags,
      operationId: 'listSessions',
      summary: 'List my sessions',
      description: 'Every device on which you are logged in, newest first. Costs the same however many sessions others have.',
      querystring: schemas.ListQuerySchema,
      response: { 200: schemas.ListAnswerSchema }
    }
  }, async request => {
    const current = sessionOf(request)
    const { count, sessions, nextCursor } = await app.sessions.list(current, Number(request.query.limit), request.query.cursor)
    return { count, sessions: sessions.map(session => describeSession(session, current.id)), nextCursor }
  })

  app.delete('/sessions/all', {
    schema: {
      tags,
      operationId: 'endAllSessions',
      summary: 'Log out everywhere',
      description: 'Ends all of your sessions at once, on every instance; with `except=current` all but this one.',
      querystring: schemas.EndAllQuerySchema,
      response: { 200: schemas.EndedAllAnswerSchema }
    }
  }, async request => {
    const { userId, id } = sessionOf(request)
    const ended = await app.sessions.endAll(userId, request.query.except === 'current' ? id : null)
    return { message: 'Logged out from all devices' as const, ended }
  })

  app.delete('/sessions/:sessionId', {
    config: { problems: ['session_not_found'] },
    schema: {
      tags,
      operationId: 'endSession',
      summary: 'End one session',
      description: 'Logs that device out. An id that is dead, unknown or somebody else’s is 404 alike.',
      params: schemas.SessionParamsSchema,
      response: { 200: schemas.EndedAnswerSchema }
    }
  }, async request => {
    const { sessionId } = request.params
    await app.sessions.endOne(sessionOf(request), sessionId)
    return { message: 'Session ended' as const, sessionId }
  })
}

export default sessions
