import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionOf } from '../../plugins/guard.ts'
import { timesAnswer } from '../schemas.ts'
import { logIn } from './log-in.ts'
import { LoginAnswerSchema, LoginBodySchema, LogoutAnswerSchema } from './schemas.ts'

const login: FastifyPluginAsyncTypebox = async app => {
  app.post('/login', {
    config: { public: true, problems: ['login_failed', 'login_busy', 'users_unavailable', 'store_unavailable'] },
    schema: {
      tags: ['Log in'],
      operationId: 'login',
      summary: 'Log in on this device',
      description: 'Opens a session. Unknown email, wrong password and disabled account get the same answer after the same amount of work.',
      body: LoginBodySchema,
      response: { 200: LoginAnswerSchema }
    }
  }, async request => {
    const { user: { id, email, name }, credential, session } = await logIn(app, request)
    return { message: 'Login successful' as const, sessionId: credential, user: { id, email, name }, session: timesAnswer(session.times) }
  })

  app.post('/logout', {
    schema: {
      tags: ['Log in'],
      operationId: 'logout',
      summary: 'Log out on this device',
      description: 'Ends the session of this request, here and on every instance, together with its data.',
      response: { 200: LogoutAnswerSchema }
    }
  }, async request => {
    await app.sessions.end(sessionOf(request))
    return { message: 'Logged out successfully' as const }
  })
}

export default login
