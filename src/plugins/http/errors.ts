import type { FastifyError, FastifyReply, FastifyRequest, FastifySchemaValidationError } from 'fastify'
import fp from 'fastify-plugin'
import { withoutProofs } from '../../sessions/credential.ts'
import { ServiceError, problem, serviceError, type Problem } from '../../sessions/errors.ts'
import { pointerTo } from '../../sessions/json-pointer.ts'

/** When a caller that got a 503 should come again: the service recovers within this time of the part coming back. */
const RETRY_AFTER_SECONDS = '2'

/** Makes every error of every kind `application/problem+json` (RFC 9457); no stack, no text of Redis or PostgreSQL. */
export default fp(async app => {
  app.setErrorHandler((error: FastifyError, request, reply) => answer(serviceErrorOf(error), request, reply))
  app.setNotFoundHandler((request, reply) => answer(
    serviceError('route_not_found', `There is no ${request.method} ${pathOf(request.url)}. See /docs for every route.`), request, reply))
}, { name: 'errors' })

/** The path of a request target, without the query and without the secret part of a credential: safe to log and to show. */
export function pathOf (url: string): string {
  const end = url.indexOf('?')
  return withoutProofs(end === -1 ? url : url.slice(0, end))
}

function answer (error: ServiceError, request: FastifyRequest, reply: FastifyReply) {
  const body = problem(error.code, error.message, error.extras)
  if (body.status >= 500) request.log.error({ err: error.cause ?? error, code: error.code }, body.error)
  if (body.status === 503) reply.header('retry-after', RETRY_AFTER_SECONDS)
  if (body.status === 401) reply.header('www-authenticate', challengeOf(body))
  return reply.code(body.status).headers(error.headers).type('application/problem+json').send(body)
}

/** RFC 6750 section 3: the error code only when a token was sent. */
function challengeOf ({ code }: Problem): string {
  return code === 'invalid_session' ? 'Bearer realm="sessions", error="invalid_token"' : 'Bearer realm="sessions"'
}

/** The coded error behind whatever was thrown. */
function serviceErrorOf (error: FastifyError): ServiceError {
  if (error instanceof ServiceError) return error
  if (error.validation !== undefined) return validationError(error.validation, String(error.validationContext))
  switch (error.statusCode) {
    case 413: return serviceError('body_too_large', 'The request body is larger than the service accepts. Send less.')
    case 415: return serviceError('unsupported_media_type', 'Bodies are JSON: send Content-Type: application/json.')
    case 400: return unreadable(error.code)
    default: return serviceError('internal_error', 'Something went wrong on our side. The log has it under the x-request-id of this answer.', { cause: error })
  }
}

/** Fastify's codes for a body that is not JSON; a forbidden member name (`__proto__`) has no code of its own. */
const NOT_JSON = [undefined, 'FST_ERR_CTP_INVALID_JSON_BODY']

function unreadable (code: string | undefined): ServiceError {
  if (NOT_JSON.includes(code)) return serviceError('malformed_json', 'The body is not valid JSON, or has a member named __proto__ or constructor.prototype.')
  return serviceError('malformed_request', 'The request cannot be read: its URL, headers or framing are broken.')
}

/** Every fault with its JSON pointer (RFC 6901) into the part of the request that is wrong. */
function validationError (faults: FastifySchemaValidationError[], part: string): ServiceError {
  const errors = faults.map(fault => ({ in: part, pointer: pointerOf(fault), detail: String(fault.message) }))
  const list = errors.map(fault => `${fault.in}${fault.pointer} ${fault.detail}`).join('; ')
  return serviceError('validation_failed', `The request does not fit the schema of this route: ${list}.`, { extras: { errors } })
}

function pointerOf ({ instancePath, params }: FastifySchemaValidationError): string {
  const member = params.missingProperty ?? params.additionalProperty ?? params.propertyName
  return typeof member === 'string' ? `${instancePath}${pointerTo(member)}` : instancePath
}
