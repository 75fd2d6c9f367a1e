import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionOf } from '../../plugins/guard.ts'
import { timesAnswer } from '../schemas.ts'
import { logIn } from './log-in.ts'
import * as schemas from './schemas.ts'

const login: FastifyPluginAsyncTypebox = async app => {
  app.post('/login', {
    config: { public: true, problems: ['login_failed', 'too_many_attempts', 'login_busy', 'users_unavailable', 'store_unavailable'] },
    bodyLimit: schemas.LOGIN_BODY_LIMIT,
    schema: schemas.login
  }, async request => {
    const { user: { id, email, name }, credential, session } = await logIn(app, request)
    return { message: 'Login successful' as const, sessionId: credential, user: { id, email, name }, session: timesAnswer(session.times) }
  })

  app.post('/logout', { schema: schemas.logout }, async request => {
    await app.sessions.end(sessionOf(request))
    return { message: 'Logged out successfully' as const }
  })
}

export default login
