import { createHmac } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import type { ServiceConfig } from '../../config.ts'
import { createKeyring } from '../../sessions/keyring.ts'
import { errorForLog } from '../logger.ts'
import { addressForLog } from './client-address.ts'
import { shownPath } from './request-path.ts'

/**
 * One line a request: who (a keyed hash of the session's public id, the same for all of its requests, or the name of the service), what, how it
 * ended, how long it took. No credential, no body, no query, and no path but that of a route that does not exist.
 */
export default fp<{ config: ServiceConfig }>(async (app, { config }) => {
  if (!['trace', 'debug', 'info'].includes(config.LOG_LEVEL)) return
  const [key = ''] = createKeyring(config.SESSION_KEYS).subkeys('log')
  const markOf = (id: string) => createHmac('sha256', key).update(id).digest('base64url').slice(0, 16)
  app.addHook('onResponse', async (request, reply) => {
    request.log.info({
      method: request.method,
      ...placeOf(request),
      status: reply.statusCode,
      ...reasonOf(reply),
      ms: Math.round(reply.elapsedTime * 10) / 10,
      ip: addressForLog(request, config.CAPTURE_ADDRESS),
      session: request.session && markOf(request.session.id),
      caller: request.caller?.name
    }, 'request')
  })
}, { name: 'request-log', dependencies: ['errors'] })

function placeOf ({ routeOptions: { url: route }, url }: FastifyRequest) {
  return route === undefined ? { path: shownPath(url) } : { route }
}

/** Why it is an error; of what is away, what the driver says. The stack of a defect is on a line of its own. */
function reasonOf ({ refusal }: FastifyReply) {
  if (refusal === null) return {}
  return { code: refusal.code, ...(refusal.cause !== undefined && { cause: errorForLog(refusal.cause).message }) }
}
