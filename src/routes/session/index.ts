import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionOf } from '../../plugins/guard.ts'
import { describeSession } from '../describe-session.ts'
import * as schemas from './schemas.ts'

const session: FastifyPluginAsyncTypebox = async app => {
  app.get('/session', { schema: schemas.getSession }, async request => {
    const current = sessionOf(request)
    return describeSession(await app.sessions.describe(current), current.id)
  })
}

export default session
