import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { serviceError } from '../../sessions/errors.ts'
import * as schemas from './schemas.ts'

const health: FastifyPluginAsyncTypebox = async app => {
  app.get('/livez', { config: { public: true }, schema: schemas.livez }, async () => ({ status: 'ok' as const }))

  app.get('/readyz', { config: { public: true, problems: ['not_ready', 'shutting_down'] }, schema: schemas.readyz }, async request => {
    if (app.draining.isOn) throw serviceError('shutting_down', 'This instance is stopping. Use another one.')
    const [redis, postgres] = await Promise.all([check(app.sessionStore.probe()), check(app.users.ping())])
    const checks = { redis, postgres }
    const isEnough = postgres === 'ok' || request.query.exclude === 'postgres'
    if (redis !== 'ok' || !isEnough) throw serviceError('not_ready', 'A part that the service needs does not answer, see checks.', { extras: { checks } })
    return { status: 'ok' as const, checks, warnings: app.storeWarnings() }
  })
}

async function check (probe: Promise<void>): Promise<'ok' | 'unavailable'> {
  return probe.then(() => 'ok' as const, () => 'unavailable' as const)
}

export default health
