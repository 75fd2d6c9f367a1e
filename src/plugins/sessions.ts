import fp from 'fastify-plugin'
import type { ServiceConfig } from '../config.ts'
import { createCredentialIssuer } from '../sessions/credential.ts'
import { createKeyring } from '../sessions/keyring.ts'
import { createSessionService, type SessionService } from '../sessions/service.ts'
import type { SessionStore } from '../sessions/store.ts'
import { createKeys } from '../store/keys.ts'
import { createLiveCount } from '../store/live-count.ts'
import { startRecount } from '../store/recount.ts'
import { createRedisStore } from '../store/redis-store.ts'

declare module 'fastify' {
  interface FastifyInstance {
    sessions: SessionService
    sessionStore: SessionStore
  }
}

/** The composition root: store, credentials and service from the configuration. */
export default fp<{ config: ServiceConfig }>(async (app, { config }) => {
  const client = app.redis
  const keys = createKeys(config.KEY_PREFIX)
  const touchIntervalMs = config.TOUCH_INTERVAL_MS
  const longestLifetimeMs = config.SESSION_ABSOLUTE_SECONDS * 1000
  const dataLimits = {
    keys: config.DATA_MAX_KEYS, keyBytes: config.DATA_MAX_KEY_BYTES, valueBytes: config.DATA_MAX_VALUE_BYTES, bytes: config.DATA_MAX_BYTES
  }

  const liveCount = createLiveCount({ client, keys, retentionMs: longestLifetimeMs })
  const recount = startRecount({
    client, keys, touchIntervalMs, retentionMs: longestLifetimeMs, onError: err => app.log.warn({ err }, 'recount of live sessions')
  })
  const store = createRedisStore({
    client,
    keys,
    liveCount,
    isAvailable: app.redisLink.isAvailable,
    timeoutMs: config.REDIS_TIMEOUT_MS,
    touchIntervalMs,
    graceMs: config.ROTATION_GRACE_SECONDS * 1000,
    longestLifetimeMs,
    dataLimits
  })

  app.decorate('sessionStore', store)
  app.decorate('sessions', createSessionService({
    store,
    credentials: createCredentialIssuer(createKeyring(config.SESSION_KEYS)),
    idleSeconds: config.SESSION_IDLE_SECONDS,
    absoluteSeconds: config.SESSION_ABSOLUTE_SECONDS,
    dataLimits
  }))
  app.addHook('onClose', async () => {
    await recount.close()
    await liveCount.close()
  })
}, { name: 'sessions', dependencies: ['redis'] })
