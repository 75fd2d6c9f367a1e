import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionOf } from '../../plugins/guard.ts'
import { timesAnswer } from '../schemas.ts'
import * as schemas from './schemas.ts'

const me: FastifyPluginAsyncTypebox = async app => {
  app.get('/me', { schema: schemas.me }, async request => {
    const { userId, profile, times } = sessionOf(request)
    return { user: { id: Number(userId), email: profile.email, name: profile.name }, session: timesAnswer(times) }
  })
}

export default me
