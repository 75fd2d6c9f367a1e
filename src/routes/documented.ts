import type { RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import { isSafe } from '../plugins/http/own-site.ts'
import type { ErrorCode } from '../sessions/errors.ts'
import { Closed } from './schemas.ts'
import { problems } from './problems.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Codes that this route adds to those that every route of its kind has. */
    problems?: ErrorCode[]
  }
}

/** One for all routes: what is the same object is compiled once. */
const NoQuerySchema = Closed({})

/**
 * Completes the schema of each route of the scope with what follows from its declarations: the errors that it can answer,
 * the security schemes if it is guarded, and an empty query where none is declared, so that unknown parameters are refused.
 */
export default fp(async app => {
  app.addHook('onRoute', route => {
    const isPublic = route.config?.public === true
    route.schema = {
      querystring: NoQuerySchema,
      ...route.schema,
      response: { ...Object(route.schema?.response), ...problems(...codesOf(route, isPublic)) },
      security: isPublic ? [] : [{ sessionId: [] }, { bearer: [] }, { cookie: [] }]
    }
  })
}, { name: 'documented' })

function codesOf ({ method, config }: RouteOptions, isPublic: boolean): ErrorCode[] {
  const codes: ErrorCode[] = ['validation_failed', 'malformed_request', 'internal_error']
  if (!['GET', 'HEAD'].includes(String(method))) codes.push('malformed_json', 'body_too_large', 'unsupported_media_type')
  if (!isPublic) codes.push('credentials_disagree', 'no_session', 'invalid_session', 'too_many_attempts', 'store_unavailable')
  if (!isPublic && !isSafe(String(method))) codes.push('cross_site_request')
  if (config?.role !== undefined) codes.push('forbidden')
  if (!isPublic && (config?.evenIfMoved !== true || config.fresh !== undefined)) codes.push('reauthentication_required')
  return [...new Set([...codes, ...config?.problems ?? []])]
}
