import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionOf } from '../../plugins/guard.ts'
import { timesAnswer } from '../schemas.ts'
import { MeAnswerSchema } from './schemas.ts'

const me: FastifyPluginAsyncTypebox = async app => {
  app.get('/me', {
    schema: {
      tags: ['Log in'],
      operationId: 'me',
      summary: 'Who am I?',
      description: 'The user of this session. One round trip to the store; the user database is not asked.',
      response: { 200: MeAnswerSchema }
    }
  }, async request => {
    const { userId, profile, times } = sessionOf(request)
    return { user: { id: Number(userId), email: profile.email, name: profile.name }, session: timesAnswer(times) }
  })
}

export default me
