import type { Test } from 'tap'
import { createCredentialIssuer } from '../../src/sessions/credential.ts'
import { createCursors } from '../../src/sessions/cursor.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import type { HistoryLimits, NewSession } from '../../src/sessions/store.ts'
import { createClient, waitUntilReady } from '../../src/store/connect.ts'
import { createEverybody } from '../../src/store/everybody.ts'
import { createKeys } from '../../src/store/keys.ts'
import { createLiveCount } from '../../src/store/live-count.ts'
import { createRedisStore } from '../../src/store/redis-store.ts'
import { randomKeyring, randomPrefix, redisUrl } from '../harness.ts'
import { assertInvariants } from './invariants.ts'

export interface StoreOptions {
  url?: string
  prefix?: string
  touchIntervalMs?: number
  graceMs?: number
  rotateAfterMs?: number
  longestLifetimeMs?: number
  dataLimits?: { keys: number, bytes: number }
  userDataMs?: number
  historyLimits?: HistoryLimits
  isAvailable?: () => boolean
  keepsTold?: boolean
  flushEveryMs?: number
  /** MIGRATE hands on for how long a key lives, not until when: it may outlive its deadline by a millisecond. Then the keyspace is not held against its invariants. */
  hasMoved?: boolean
}

/** A connected client that ends with the test. */
export async function connected (t: Test, url = redisUrl, timeoutMs = 2000) {
  const client = createClient(url, timeoutMs)
  client.on('error', () => { /* told by the commands */ })
  await waitUntilReady(client)
  t.teardown(() => client.disconnect())
  return client
}

/** One instance's store on real Redis, in a namespace of its own unless `prefix` says another instance's. */
export async function openStore (t: Test, options: StoreOptions = {}) {
  const { url = redisUrl, prefix = randomPrefix(), touchIntervalMs = 1000, longestLifetimeMs = 86_400_000 } = options
  const longest = longestLifetimeMs / 1000
  const historyLimits = options.historyLimits ?? { entries: 200, retentionMs: 7_776_000_000, endedMs: 604_800_000 }
  const config = {
    REDIS_URL: url,
    KEY_PREFIX: prefix,
    TOUCH_INTERVAL_MS: touchIntervalMs,
    SESSION_IDLE_SECONDS: longest,
    SESSION_ABSOLUTE_SECONDS: longest,
    REMEMBER_ME_IDLE_SECONDS: longest,
    REMEMBER_ME_SECONDS: longest,
    ACTIVITY_MAX_ENTRIES: historyLimits.entries,
    ACTIVITY_RETENTION_SECONDS: historyLimits.retentionMs / 1000,
    USER_DATA_SECONDS: (options.userDataMs ?? 2_592_000_000) / 1000,
    ENDED_SESSIONS_SECONDS: historyLimits.endedMs / 1000
  }
  // Handlers run last first: the client closes before the invariants are looked at.
  if (options.hasMoved !== true) t.teardown(() => assertInvariants(config))
  const client = await connected(t, url)
  const keys = createKeys(prefix)
  const liveCount = createLiveCount({ client, keys, retentionMs: longestLifetimeMs, flushEveryMs: options.flushEveryMs })
  t.teardown(() => liveCount.close())
  const everybody = createEverybody({ client, keys, timeoutMs: 5000 })
  const store = createRedisStore({
    client,
    keys,
    liveCount,
    everybodyBeforeMs: everybody.beforeMs,
    endEverybody: everybody.end,
    touchIntervalMs,
    longestLifetimeMs,
    isAvailable: options.isAvailable ?? (() => true),
    // Tests share the machine; how long a call may take is the subject of deadline.test.ts.
    timeoutMs: 5000,
    graceMs: options.graceMs ?? 30_000,
    keepsTold: options.keepsTold,
    rotateAfterMs: options.rotateAfterMs ?? 0,
    historyLimits,
    dataLimits: options.dataLimits ?? { keys: 64, bytes: 16_384 },
    userDataMs: options.userDataMs ?? 2_592_000_000
  })
  return { client, keys, liveCount, everybody, store, config }
}

const keyring = createKeyring(randomKeyring())

export const issuer = createCredentialIssuer(keyring)

export const cursorsOf = createCursors(keyring)

/** What a login hands to the store. */
export function newSession (userId = '1', changes: Partial<NewSession> = {}): NewSession {
  const { text: _text, ...credential } = issuer.open(userId)
  return {
    credential,
    userId,
    profile: { email: 'alice@example.com', name: 'Alice', roles: [] },
    lifetime: 'default',
    idleMs: 3_600_000,
    absoluteMs: 86_400_000,
    ipAddress: '203.0.113.7',
    userAgent: 'curl/8.5.0',
    deviceType: 'unknown',
    limits: { max: 100_000, maxOfType: null, policy: 'evict-oldest' },
    endId: null,
    rotates: false,
    binding: '.',
    ...changes
  }
}
