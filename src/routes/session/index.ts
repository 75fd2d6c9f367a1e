import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionOf } from '../../plugins/guard.ts'
import { describeSession } from '../describe-session.ts'
import { DescriptionSchema, refTo } from '../schemas.ts'

const session: FastifyPluginAsyncTypebox = async app => {
  app.get('/session', {
    schema: {
      tags: ['This session'],
      operationId: 'getSession',
      summary: 'Show this session',
      description: 'Its public id, device and deadlines: when it ends if it is not used, and when it ends in any case.',
      response: { 200: refTo(DescriptionSchema) }
    }
  }, async request => {
    const current = sessionOf(request)
    return describeSession(await app.sessions.describe(current), current.id)
  })
}

export default session
