import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { loginRequired } from '../../plugins/guard.ts'
import { isAnonymous } from '../../sessions/anonymous.ts'
import { serviceError } from '../../sessions/errors.ts'
import { timestamp } from '../schemas.ts'
import * as schemas from './schemas.ts'

/** Tokens about sessions, for services that pass a request on to others that verify by themselves. */
const tokens: FastifyPluginAsyncTypebox = async app => {
  app.post('/v1/tokens', { config: { scope: 'tokens:issue', problems: ['audience_not_allowed', 'session_not_found', 'login_required'] }, schema: schemas.issueTokenFor }, async request => {
    const session = await app.sessions.validate(request.body.token, true)
    if (session === null) throw serviceError('session_not_found', 'This credential is of no live session. Have its user log in again.')
    if (isAnonymous(session)) throw loginRequired()
    const { token, expiresAtMs } = await app.tokens.issue(session, request.body.audience)
    return { token, tokenType: 'Bearer' as const, expiresAt: timestamp(expiresAtMs) }
  })
}

export default tokens
