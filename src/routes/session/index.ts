import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { credentialOf, sessionOf } from '../../plugins/guard.ts'
import { giveByCookie } from '../../plugins/successor.ts'
import { describeSession } from '../describe-session.ts'
import { timesAnswer } from '../schemas.ts'
import * as schemas from './schemas.ts'

const session: FastifyPluginAsyncTypebox = async app => {
  app.get('/session', { schema: schemas.getSession }, async request => {
    const current = sessionOf(request)
    return describeSession(await app.sessions.describe(current), current.id)
  })

  app.post('/session/rotate', { schema: schemas.rotateSession }, async (request, reply) => {
    const successor = app.sessions.rotate(credentialOf(app, request))
    const inCookie = await giveByCookie(app, request, reply, sessionOf(request), successor)
    return { message: 'Session rotated' as const, ...(!inCookie && { sessionId: successor }) }
  })

  app.post('/session/extend', { schema: schemas.extendSession }, async request => {
    const { grantedSeconds, times } = await app.sessions.extend(sessionOf(request), request.body.seconds)
    return { message: 'Session extended' as const, grantedSeconds, session: timesAnswer(times) }
  })
}

export default session
