import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionOf } from '../../plugins/guard.ts'
import { timesAnswer } from '../schemas.ts'
import { handOver } from '../hand-over.ts'
import { PASSWORDS_BODY_LIMIT } from '../new-password.ts'
import { changePassword } from './change-password.ts'
import * as schemas from './schemas.ts'

const me: FastifyPluginAsyncTypebox = async app => {
  app.get('/me', { schema: schemas.me }, request => {
    const { userId, profile, times } = sessionOf(request)
    return { user: { id: Number(userId), email: profile.email, name: profile.name }, session: timesAnswer(times) }
  })

  app.post('/me/password', {
    config: { strict: true, problems: ['session_too_young', 'wrong_password', 'password_unchanged', 'password_too_common', 'too_many_attempts', 'login_busy', 'users_unavailable'] },
    bodyLimit: PASSWORDS_BODY_LIMIT,
    schema: schemas.changePassword
  }, async (request, reply) => {
    const { ended, ...reopened } = await changePassword(app, request, request.body)
    return { message: 'Password changed' as const, ...handOver(app, request, reply, reopened), ended, session: timesAnswer(reopened.session.times) }
  })
}

export default me
