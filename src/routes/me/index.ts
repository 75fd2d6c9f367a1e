import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { madeOnce } from '../../sessions/made-once.ts'
import type { Facts } from '../../sessions/session.ts'
import { sessionOf } from '../../plugins/guard.ts'
import { timesAnswer } from '../schemas.ts'
import { handOver } from '../hand-over.ts'
import { PASSWORDS_BODY_LIMIT } from '../new-password.ts'
import { changePassword } from './change-password.ts'
import * as schemas from './schemas.ts'

function answerOf ({ userId, profile: { email, name, openedBy }, times }: Facts) {
  const user = openedBy === undefined ? { id: Number(userId), email, name } : { id: idOf(userId), ...(email && { email }), ...(name && { name }) }
  return { user, session: timesAnswer(times) }
}

/** Of accounts here it is a number, and so it is where another service's users have one. */
function idOf (userId: string): number | string {
  return /^[1-9]\d{0,14}$/.test(userId) ? Number(userId) : userId
}

/** The same, written. What is asked most of all is written once for a verdict. */
const bodyOf = madeOnce((session, reply: FastifyReply) => String(reply.serializeInput(answerOf(session), '200')))

const me: FastifyPluginAsyncTypebox = async app => {
  app.get('/me', { schema: schemas.me }, (request, reply) => {
    const session = sessionOf(request)
    if (session.made === undefined) return answerOf(session)
    reply.type('application/json; charset=utf-8')
    // Fastify sends a text of this type as it is; its types know only what the schema describes.
    return bodyOf(session, reply) as unknown as ReturnType<typeof answerOf>
  })

  app.post('/me/password', {
    config: { strict: true, problems: ['session_too_young', 'wrong_password', 'no_password_here', 'password_unchanged', 'password_too_common', 'too_many_attempts', 'login_busy', 'users_unavailable'] },
    bodyLimit: PASSWORDS_BODY_LIMIT,
    schema: schemas.changePassword
  }, async (request, reply) => {
    const { ended, ...reopened } = await changePassword(app, request, request.body)
    return { message: 'Password changed' as const, ...handOver(app, request, reply, reopened), ended, session: timesAnswer(reopened.session.times) }
  })
}

export default me
