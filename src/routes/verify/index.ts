import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { assertDemands, sessionOf } from '../../plugins/guard.ts'
import { invalidSession } from '../../sessions/alive.ts'
import { ServiceError, type ErrorCode } from '../../sessions/errors.ts'
import * as schemas from './schemas.ts'

/** What a gateway has no use for: nginx makes an error of its own of anything but 2xx, 401 and 403. Either way the credential is worth nothing. */
const sameAsInvalid: ErrorCode[] = ['credentials_disagree', 'too_many_attempts']

/** Forward authentication: a gateway asks about each request that comes to it, with that request's headers, and goes by the status. */
const verify: FastifyPluginAsyncTypebox = async app => {
  // The body of the request that is asked about is not looked at, whatever it is.
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (_request, _body, done) => done(null))
  app.setErrorHandler(error => { throw error instanceof ServiceError && sameAsInvalid.includes(error.code) ? invalidSession() : error })

  app.get('/verify', {
    config: { forwardAuth: true, problems: ['forbidden'], strict: ({ query }) => isDemanding(query as { role?: string, fresh?: string }) },
    schema: schemas.verify
  }, async (request, reply) => {
    const { role, fresh } = request.query
    assertDemands(sessionOf(request), role, fresh === undefined ? undefined : Number(fresh))
    return tell(request, reply)
  })

  app.route({ method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'], url: '/verify/*', config: { forwardAuth: true }, schema: schemas.verifyPath, handler: async (request, reply) => tell(request, reply) })
}

function isDemanding ({ role, fresh }: { role?: string, fresh?: string }): boolean {
  return role !== undefined || fresh !== undefined
}

/** Whose request it is, in headers that the gateway passes on. */
function tell (request: FastifyRequest, reply: FastifyReply) {
  const { id, userId, profile: { roles } } = sessionOf(request)
  reply.headers({ 'x-session-user': userId, 'x-session-id': id, 'x-session-roles': roles.join(',') })
  return { userId, sessionId: id, roles }
}

export default verify
