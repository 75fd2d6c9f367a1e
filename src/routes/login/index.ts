import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { sessionOf } from '../../plugins/guard.ts'
import { isRemembered } from '../../sessions/lifetimes.ts'
import { timesAnswer } from '../schemas.ts'
import { logIn } from './log-in.ts'
import * as schemas from './schemas.ts'

const login: FastifyPluginAsyncTypebox = async app => {
  app.post('/login', {
    config: { public: true, problems: ['login_failed', 'cross_site_request', 'session_limit_reached', 'too_many_attempts', 'login_busy', 'users_unavailable', 'store_unavailable'] },
    bodyLimit: schemas.LOGIN_BODY_LIMIT,
    schema: schemas.login
  }, async (request, reply) => {
    const inCookie = request.body.cookie === true
    // Otherwise a page elsewhere could log its visitor in to an account of its own, and see what the visitor does there.
    if (inCookie) app.assertOwnSite(request)
    const { user: { id, email, name }, credential, session } = await logIn(app, request)
    if (inCookie) app.sessionCookie.give(request, reply, credential, isRemembered(request.body) ? session.times : undefined)
    return { message: 'Login successful' as const, ...(!inCookie && { sessionId: credential }), user: { id, email, name }, session: timesAnswer(session.times) }
  })

  app.post('/logout', { schema: schemas.logout }, async (request, reply) => {
    await app.sessions.end(sessionOf(request))
    if (app.sessionCookie.clear(request, reply)) reply.header('clear-site-data', '"cookies", "storage"')
    return { message: 'Logged out successfully' as const }
  })
}

export default login
