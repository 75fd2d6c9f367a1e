import fp from 'fastify-plugin'
import { channelLimitsOf, lifetimesOf, limitsOf, type ServiceConfig } from '../config.ts'
import { OVERHEAD_BYTES } from '../near-cache/verdicts.ts'
import { createCredentialIssuer } from '../sessions/credential.ts'
import { createCursors, type CursorsOf } from '../sessions/cursor.ts'
import { createDeviceIds } from '../sessions/devices/device-id.ts'
import { createKeyring } from '../sessions/keyring.ts'
import { longestOf } from '../sessions/policies/lifetimes.ts'
import { createSessionService, type SessionService } from '../sessions/service.ts'
import type { SessionStore } from '../sessions/store.ts'
import { createCall } from '../store/call.ts'
import { createKeys } from '../store/keys.ts'
import { createLiveCount, type LiveCount } from '../store/live-count.ts'
import { createRedisStore } from '../store/redis-store.ts'
import { startUpkeep } from '../store/upkeep.ts'
import { collectUses } from '../store/uses.ts'
import { unmeasured, type Measured } from './metrics/measured.ts'
import { nearCached } from './near-cache.ts'

declare module 'fastify' {
  interface FastifyInstance {
    sessions: SessionService
    sessionStore: SessionStore
    liveCount: LiveCount
    /** Of lists that are no sessions, too. */
    cursorsOf: CursorsOf
  }
}

/** The composition root: store, credentials and service from the configuration. */
export default fp<{ config: ServiceConfig, measured?: Measured }>(async (app, { config, measured = unmeasured }) => {
  const { beforeMs: everybodyBeforeMs, whenKnown, end: endEverybody, listen, heedNews } = app.everybody
  const options = { client: app.redis, keys: createKeys(config.KEY_PREFIX), everybodyBeforeMs, ...optionsFrom(config) }
  const liveCount = createLiveCount(options)
  const upkeep = startUpkeep({ ...options, liveCount, onError: err => app.log.warn({ err }, 'upkeep of the store') })
  // A Redis that comes back, or another one in its place, may have lost what it had answered a moment before.
  app.redis.on('ready', upkeep.soon)
  listen(upkeep.deleteSoon)
  app.changes().listen(heedNews)
  const calling = { timeoutMs: options.timeoutMs, whenKnown, isAvailable: app.redisLink.isAvailable, onUnanswered: upkeep.soon }
  const uses = collectUses({ ...options, liveCount }, createCall(calling).call)
  app.addHook('onClose', async () => {
    await uses.close()
    if (uses.size() > 0) app.log.warn({ sessions: uses.size() }, 'Redis took not all last uses in time: these sessions show an earlier lastAccessedAt')
    app.redis.off('ready', upkeep.soon)
    await upkeep.close()
    await liveCount.close()
  })
  const redisStore = measured.redis.store(createRedisStore({ ...options, ...calling, liveCount, endEverybody, keepsTold: config.NEAR_CACHE_MS === 0, timed: measured.redis.validations }))
  const store = uses.around(nearCached(app, redisStore, config))
  const keyring = createKeyring(config.SESSION_KEYS)
  const [credentials, cursorsOf] = [createCredentialIssuer(keyring, rememberedCredentials(config)), createCursors(keyring)]
  app.decorate('sessionStore', store)
  app.decorate('liveCount', liveCount)
  app.decorate('cursorsOf', cursorsOf)
  app.decorate('sessions', createSessionService({ ...options, ...measured.validations({ store, credentials }), deviceIds: createDeviceIds(keyring), cursorsOf }))
}, { name: 'sessions', dependencies: ['redis', 'changes'] })

/** Of how many credentials at least it is remembered that their MAC was good: half of those whose verdicts are, which twice as many at most may be. */
function rememberedCredentials ({ NEAR_CACHE_ENTRIES: entries, NEAR_CACHE_BYTES: bytes }: ServiceConfig): number {
  return Math.ceil(Math.min(entries, bytes / OVERHEAD_BYTES) / 2)
}

/** What the configuration says to each part, in the part's words. */
function optionsFrom (config: ServiceConfig) {
  const lifetimes = lifetimesOf(config)
  const longestLifetimeMs = longestOf(lifetimes)
  return {
    timeoutMs: config.REDIS_TIMEOUT_MS,
    // The first half of a stop is for the clients that move away, some of the other for the requests that still run.
    closeMs: config.SHUTDOWN_SECONDS * 250,
    touchIntervalMs: config.TOUCH_INTERVAL_MS,
    rotateAfterMs: config.ROTATION_INTERVAL_SECONDS * 1000,
    graceMs: config.ROTATION_GRACE_SECONDS * 1000,
    lifetimes,
    limits: limitsOf(config),
    capture: { address: config.CAPTURE_ADDRESS, userAgent: config.CAPTURE_USER_AGENT },
    longestLifetimeMs,
    retentionMs: longestLifetimeMs,
    historyLimits: { entries: config.ACTIVITY_MAX_ENTRIES, retentionMs: config.ACTIVITY_RETENTION_SECONDS * 1000, endedMs: config.ENDED_SESSIONS_SECONDS * 1000 },
    dataLimits: { keys: config.DATA_MAX_KEYS, keyBytes: config.DATA_MAX_KEY_BYTES, valueBytes: config.DATA_MAX_VALUE_BYTES, bytes: config.DATA_MAX_BYTES },
    userDataMs: config.USER_DATA_SECONDS * 1000,
    leases: { limits: channelLimitsOf(config), leaseMs: config.LEASE_SECONDS * 1000 }
  }
}
