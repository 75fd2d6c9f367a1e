import { Type } from '@sinclair/typebox'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { serviceError } from '../../sessions/errors.ts'

const LiveAnswerSchema = Type.Object({ status: Type.Literal('ok') }, { description: 'The process answers', examples: [{ status: 'ok' }] })

const CheckSchema = Type.String({ enum: ['ok', 'unavailable'] })
const ReadyAnswerSchema = Type.Object({
  status: Type.Literal('ok'),
  checks: Type.Object({ redis: CheckSchema, postgres: CheckSchema }),
  warnings: Type.Array(Type.String(), { description: 'How the store is set up against the service’s needs; the log has a sentence for each.' })
}, {
  description: 'Ready for requests',
  examples: [{ status: 'ok', checks: { redis: 'ok', postgres: 'ok' }, warnings: [] }]
})

const health: FastifyPluginAsyncTypebox = async app => {
  app.get('/livez', {
    config: { public: true },
    schema: {
      tags: ['Operation'],
      operationId: 'livez',
      summary: 'Is the process alive?',
      description: 'Asks nobody else: restart the process if this does not answer.',
      response: { 200: LiveAnswerSchema }
    }
  }, async () => ({ status: 'ok' as const }))

  app.get('/readyz', {
    config: { public: true, problems: ['not_ready', 'shutting_down'] },
    schema: {
      tags: ['Operation'],
      operationId: 'readyz',
      summary: 'Can it serve?',
      description: 'Whether Redis takes writes and PostgreSQL answers: send requests elsewhere while this says 503.',
      response: { 200: ReadyAnswerSchema }
    }
  }, async () => {
    if (app.draining.isOn) throw serviceError('shutting_down', 'This instance is stopping. Use another one.')
    const [redis, postgres] = await Promise.all([check(app.sessionStore.probe()), check(app.users.ping())])
    const checks = { redis, postgres }
    if (redis !== 'ok' || postgres !== 'ok') throw serviceError('not_ready', 'A part that the service needs does not answer, see checks.', { extras: { checks } })
    return { status: 'ok' as const, checks, warnings: await app.storeWarnings() }
  })
}

async function check (probe: Promise<void>): Promise<'ok' | 'unavailable'> {
  return probe.then(() => 'ok' as const, () => 'unavailable' as const)
}

export default health
