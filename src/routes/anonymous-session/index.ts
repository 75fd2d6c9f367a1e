import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { originOf } from '../../plugins/binding.ts'
import { isRemembered } from '../../sessions/policies/lifetimes.ts'
import { timesAnswer } from '../schemas.ts'
import * as schemas from './schemas.ts'

/** Sessions of who has not logged in. */
const anonymousSession: FastifyPluginAsyncTypebox = async app => {
  app.post('/session/anonymous', {
    config: { public: true, problems: ['cross_site_request', 'route_not_found', 'too_many_sessions', 'store_unavailable'] },
    schema: schemas.openAnonymousSession
  }, async (request, reply) => {
    const { cookie = false, rotate = false, ...wish } = request.body
    if (cookie) {
      // Otherwise a page elsewhere could give its visitor a session that it knows.
      app.assertOwnSite(request)
      const [credential, ...others] = new Set(app.sessionCookie.valuesIn(request))
      const session = credential === undefined || others.length > 0 ? null : await app.sessions.validate(credential)
      if (session !== null) return { message: 'Session goes on' as const, session: timesAnswer(session.times) }
    }
    await app.countAnonymous(request)
    const { credential, session } = await app.sessions.openAnonymous({ ...wish, rotates: rotate || cookie, ...originOf(request) })
    const answer = { message: 'Session opened' as const, session: timesAnswer(session.times) }
    if (!cookie) return { ...answer, sessionId: credential }
    app.sessionCookie.give(request, reply, credential, isRemembered(wish) ? session.times : undefined)
    return answer
  })
}

export default anonymousSession
