import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionOf } from '../../plugins/guard.ts'
import { describeEvent } from '../describe-session.ts'
import { timesAnswer } from '../schemas.ts'
import * as schemas from './schemas.ts'

const me: FastifyPluginAsyncTypebox = async app => {
  app.get('/me', { schema: schemas.me }, async request => {
    const { userId, profile, times } = sessionOf(request)
    return { user: { id: Number(userId), email: profile.email, name: profile.name }, session: timesAnswer(times) }
  })

  app.get('/me/activity', { config: { problems: ['malformed_cursor'] }, schema: schemas.myActivity }, async request => {
    const { limit, cursor } = request.query
    const { events, nextCursor } = await app.sessions.activity(sessionOf(request), Number(limit), cursor)
    return { events: events.map(describeEvent), nextCursor }
  })
}

export default me
