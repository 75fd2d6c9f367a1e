import { createHmac } from 'node:crypto'
import fp from 'fastify-plugin'
import type { ServiceConfig } from '../../config.ts'
import { createKeyring } from '../../sessions/keyring.ts'
import { pathOf } from './errors.ts'

/**
 * One line a request: who (a keyed hash of the session's public id, the same for all of its requests), what, how it
 * ended, how long it took. No credential, no body, no query.
 */
export default fp<{ config: ServiceConfig }>(async (app, { config }) => {
  if (!['trace', 'debug', 'info'].includes(config.LOG_LEVEL)) return
  const [key = ''] = createKeyring(config.SESSION_KEYS).subkeys('log')
  app.addHook('onResponse', async (request, reply) => {
    request.log.info({
      method: request.method,
      path: pathOf(request.url),
      route: request.routeOptions.url,
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      ip: request.ip,
      session: request.session && createHmac('sha256', key).update(request.session.id).digest('base64url').slice(0, 16)
    }, 'request')
  })
}, { name: 'request-log' })
