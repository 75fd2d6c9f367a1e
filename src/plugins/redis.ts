import fastifyRedis from '@fastify/redis'
import fp from 'fastify-plugin'
import type { ServiceConfig } from '../config.ts'
import { createKeys } from '../store/keys.ts'
import { createClient, waitUntilReady } from '../store/connect.ts'
import { createEverybody, type Everybody } from '../store/everybody.ts'
import { watchLink, type Link } from '../store/link.ts'
import { preflight, warningTexts, type StoreWarning } from '../store/preflight.ts'

declare module 'fastify' {
  interface FastifyInstance {
    redisLink: Link
    /** Until when the sessions of everybody have ended. */
    everybody: Everybody
    /** What is wrong with the way this Redis is set up, as last known; older than ten seconds, it is asked anew meanwhile. */
    storeWarnings: () => StoreWarning[]
  }
}

const WARNINGS_LAST_MS = 10_000

/**
 * Connects to Redis and decorates `app.redis`. The client is made and waited for here, with our own deadline:
 * @fastify/redis would wait until Fastify gives the plugin up.
 */
export default fp<{ config: ServiceConfig }>(async (app, { config }) => {
  const client = createClient(config.REDIS_URL)
  client.on('error', error => app.log.debug({ err: error }, 'redis connection'))
  await waitUntilReady(client)
  await app.register(fastifyRedis, { client })

  const [keys, timeoutMs] = [createKeys(config.KEY_PREFIX), config.REDIS_TIMEOUT_MS]
  const everybody = createEverybody({ client, keys, timeoutMs })
  app.decorate('everybody', everybody)
  const link = watchLink(client, {
    ask: everybody.read,
    timeoutMs,
    onChange: (isUp, err) => isUp ? app.log.info('redis answers again') : app.log.error({ err }, 'redis does not answer')
  })
  app.decorate('redisLink', link)
  app.addHook('onClose', async () => {
    link.close()
    await client.quit().catch(() => {})
    // After a quit the client still watches the Sentinels and goes on asking for them.
    client.disconnect()
  })

  const warnings = await preflight(client, keys)
  for (const warning of warnings) app.log.warn({ warning }, warningTexts[warning])
  app.decorate('storeWarnings', keptFresh(() => preflight(client, keys), warnings))
}, { name: 'redis' })

/** Advice neither fails nor delays who asks whether the service is ready: a Redis that does not tell leaves the last known. */
function keptFresh (ask: () => Promise<StoreWarning[]>, warnings: StoreWarning[]): () => StoreWarning[] {
  let [known, askedAtMs] = [warnings, Date.now()]
  return () => {
    if (Date.now() - askedAtMs > WARNINGS_LAST_MS) {
      askedAtMs = Date.now()
      ask().then(found => { known = found }, () => {})
    }
    return known
  }
}
