import { randomBytes } from 'node:crypto'
import { createCredentialIssuer } from '../../src/sessions/credential.ts'
import { createCursors } from '../../src/sessions/cursor.ts'
import { createDeviceIds } from '../../src/sessions/devices/device-id.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import type { SessionLimits } from '../../src/sessions/policies/limits.ts'
import { createSessionService, type SessionService } from '../../src/sessions/service.ts'
import { createClient, waitUntilReady } from '../../src/store/connect.ts'
import { createKeys } from '../../src/store/keys.ts'
import { createLiveCount } from '../../src/store/live-count.ts'
import { createRedisStore } from '../../src/store/redis-store.ts'
import type { RedisClient } from '../../src/store/scripts.ts'
import { violations } from '../store/invariants.ts'
import { keysUnder } from '../store/snapshot.ts'
import { adopt } from './adopt.ts'
import { ANSWERS, checks, KEYSPACE, MOMENTS } from './checks.ts'
import { createClock } from './clock.ts'
import type { Model, Settings } from './model.ts'
import { dataLimits, historyLimits, lifetimes, longestLifetimeMs } from './scene.ts'
import { look } from './sighting.ts'
import { judgeOnly } from './verdicts.ts'

/** Connections to the one Redis of a run; the second one only judges. */
export interface Links { client: RedisClient, judge: RedisClient, close (): void }

export async function openLinks (url: string): Promise<Links> {
  const [client, judge] = [createClient(url), createClient(url)]
  judgeOnly(judge)
  await Promise.all([waitUntilReady(client), waitUntilReady(judge)])
  return {
    client,
    judge,
    close () {
      client.disconnect()
      judge.disconnect()
    }
  }
}

/** Notes that a check was made. @throws Error with the faults that it found */
export type Verify = (check: string, faults: string[]) => void

export type World = ReturnType<typeof openWorld>

/** The service of one sequence, in a namespace of its own, with a clock that can be put forward. */
export function openWorld ({ client, judge }: Links, settings: Settings, verify: Verify) {
  const prefix = `m${randomBytes(6).toString('hex')}:`
  const keys = createKeys(prefix)
  const counts = { client, keys, retentionMs: longestLifetimeMs, flushEveryMs: 2 ** 31 - 1 }
  const [liveCount, nothing] = [createLiveCount(counts), createLiveCount(counts)]
  const options = { ...settings, keys, longestLifetimeMs, isAvailable: () => true, timeoutMs: 10_000, historyLimits, dataLimits, userDataMs: 60_000, endEverybody: async () => {} }
  const store = createRedisStore({ ...options, client, liveCount })
  const judging = createRedisStore({ ...options, client: judge, liveCount: { ...nothing, add () {}, remove () {}, move () {} } })
  const keyring = createKeyring(`model:${randomBytes(32).toString('base64url')}`)
  const [credentials, deviceIds, cursorsOf] = [createCredentialIssuer(keyring), createDeviceIds(keyring), createCursors(keyring)]
  const capture = { address: 'full', userAgent: 'full' } as const
  const clock = createClock(client, prefix, liveCount)
  const unlimited = { max: 100, byDeviceType: new Map(), policy: 'evict-oldest' } as const
  const serviceWith = (limits: SessionLimits): SessionService => createSessionService({ store, credentials, deviceIds, cursorsOf, lifetimes, limits, capture, dataLimits, leases: { limits: new Map(), leaseMs: 60_000 } })

  let judged = 0

  return {
    store,
    credentials,
    clock,
    serviceWith,
    service: serviceWith(unlimited),

    /** Looks at everything after a command and compares it with the model. `edges` are those from before it. */
    async judge (model: Model, edges: number[], compareAnswers: () => string[]): Promise<void> {
      const slackMs = await clock.assertStood(model, edges)
      verify(ANSWERS, compareAnswers())
      await clock.avoid(model)
      const edgesNow = model.edges()
      const seen = await look(model, { client, prefix, clock, store, judging, credentials })
      await clock.assertStood(model, edgesNow)
      verify(MOMENTS, adopt(model, seen, slackMs))
      for (const { name, faults } of checks) verify(name, faults(model, seen))
      judged++
    },

    /** Commands that were judged. */
    judged: () => judged,

    /** What is left behind is looked at without the model. */
    async finish (): Promise<void> {
      await liveCount.close()
      const seconds = longestLifetimeMs / 1000
      verify(KEYSPACE, await violations(client, {
        REDIS_URL: '',
        KEY_PREFIX: prefix,
        TOUCH_INTERVAL_MS: settings.touchIntervalMs,
        SESSION_IDLE_SECONDS: seconds,
        SESSION_ABSOLUTE_SECONDS: seconds,
        REMEMBER_ME_IDLE_SECONDS: seconds,
        REMEMBER_ME_SECONDS: seconds,
        ACTIVITY_MAX_ENTRIES: historyLimits.entries,
        ACTIVITY_RETENTION_SECONDS: historyLimits.retentionMs / 1000,
        ENDED_SESSIONS_SECONDS: historyLimits.endedMs / 1000
      }))
    },

    async close (): Promise<void> {
      await Promise.all([liveCount.close(), nothing.close()])
      const left = await keysUnder(client, prefix)
      if (left.length > 0) await client.unlink(...left)
    }
  }
}
