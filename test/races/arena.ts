import { randomBytes } from 'node:crypto'
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Redis } from 'ioredis'
import { buildApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import type { Session } from '../../src/sessions/session.ts'
import { createKeys } from '../../src/store/keys.ts'
import { scripts } from '../../src/store/scripts.ts'
import { createUserDatabase } from '../../src/users/database.ts'
import { createUserRepository } from '../../src/users/repository.ts'
import { violations } from '../store/invariants.ts'
import { unlimitedLogins } from '../unlimited-logins.ts'
import { createChance } from './chance.ts'

/** Where the race takes place: one Redis and one PostgreSQL for all, a namespace for each. */
export interface Ground {
  redisUrl: string
  databaseUrl: string
  seed: number
  /** Whether instances repeat verdicts; `deaf`: they do, and hear of no change by others. */
  nearCache: NearCacheMode
}

export type NearCacheMode = 'off' | 'on' | 'deaf'

/** By mode: every use recorded at once; or verdicts that live until the next use is to be recorded, where news comes much longer than it takes. */
const touchIntervalMs: Record<NearCacheMode, number> = { off: 0, on: 1000, deaf: 20 }

/** How long what has changed is not known elsewhere: until the news of it has come, also on a busy machine, or while verdicts live. */
const unknownMs: Record<NearCacheMode, number> = { off: 0, on: 50, deaf: touchIntervalMs.deaf }

export type Arena = Awaited<ReturnType<typeof openArena>>

export interface Contestant { session: Session, credential: string }

/** As much of one as it takes to look for what is left of it. */
type Trace = Pick<Contestant, 'credential'> & { session: Pick<Session, 'id'> }

/** Two instances of the service on the same data, cheap hashes. */
export async function openArena ({ redisUrl, databaseUrl, seed, nearCache }: Ground, settings: Record<string, string> = {}) {
  const parts = { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl, SESSION_KEYS: `race:${randomBytes(32).toString('base64url')}` }
  const config = {
    ...loadConfig({
      KEY_PREFIX: `r${randomBytes(6).toString('hex')}:`, DEMO_USERS: 'true', BCRYPT_COST: '4', HASH_THREADS: '1', NEAR_CACHE_MS: nearCache === 'off' ? '0' : '1000', TOUCH_INTERVAL_MS: String(touchIntervalMs[nearCache]), LOG_LEVEL: 'silent', REDIS_TIMEOUT_MS: '900', DATABASE_TIMEOUT_MS: '900', ...unlimitedLogins, ...parts, ...settings
    }),
    ...parts
  }
  const one = await buildApp(config)
  const two = await buildApp(config)
  if (nearCache !== 'off') for (const app of [one, two]) await untilRepeating(app)
  if (nearCache === 'deaf') for (const app of [one, two]) deafen(app)
  const keys = createKeys(config.KEY_PREFIX)
  const database = createUserDatabase(databaseUrl)

  async function open (userId = '1'): Promise<Contestant> {
    const profile = { email: 'alice@example.com', name: 'Alice', roles: [] }
    return one.sessions.open({ userId, profile, ipAddress: '203.0.113.7', userAgent: 'race/1.0' })
  }

  /** The status of a request, on either instance. */
  async function call (app: FastifyInstance, { credential }: Pick<Contestant, 'credential'>, method: InjectOptions['method'], url: string, payload?: object): Promise<number> {
    const response = await app.inject({ method, url, ...(payload !== undefined && { payload }), headers: { 'x-session-id': credential } })
    return response.statusCode
  }

  /** What is wrong if this session, whose end was acknowledged, lives on anywhere. */
  async function ghosts ({ session, credential }: Trace): Promise<string[]> {
    const faults: string[] = []
    const key = keys.session(session.id)
    // First of all: a validation clears away what is damaged.
    for (const left of [key, key.replace('session:', 'session-data:')]) if (await one.redis.exists(left) > 0) faults.push('ghost: something of it is still stored')
    for (const app of [one, two]) {
      const until = performance.now() + unknownMs[nearCache]
      let session = await app.sessions.validate(credential)
      while (session !== null && performance.now() < until) {
        await pause(1)
        session = await app.sessions.validate(credential)
      }
      if (session !== null && await app.sessions.validate(credential) !== null) faults.push('ghost: accepted after its end')
    }
    return faults
  }

  return {
    one,
    two,
    keys,
    redis: one.redis as Redis,
    users: createUserRepository(database),
    chance: createChance(seed),
    /** How much later than after its idle time an idle session ends. */
    idleIsLateMs: touchIntervalMs[nearCache],
    open,
    call,
    ghosts,
    /** Resolves when no instance repeats any more what was true before now, and is not. */
    forgotten: () => pause(nearCache === 'off' ? 0 : unknownMs[nearCache] + 1),
    /** Everything that was left behind is as the keyspace promises. */
    violations: () => violations(one.redis, config),
    async close () {
      await Promise.all([one.close(), two.close(), database.close()])
    }
  }
}

/** Verdicts are repeated only where news is known to come. */
async function untilRepeating (app: FastifyInstance): Promise<void> {
  const deadlineMs = performance.now() + 10_000
  while (app.nearCache?.isProven() !== true) {
    if (performance.now() > deadlineMs) throw new Error('no instance repeats anything: no news comes')
    await sleep(5)
  }
}

/** A timer of a process that stood still runs before what came meanwhile is read. */
async function pause (ms: number): Promise<void> {
  await sleep(ms)
  await nextTurn()
}

/** What tells other instances that a session is not any more what it was. */
const TELLS = "redis.pcall('PUBLISH', keys.prefix .. 'session-changes', keys.tag .. (endedHex or ''))"

/** Takes the news out of what its scripts do. */
function deafen (app: FastifyInstance): void {
  const telling = scripts.filter(({ lua }) => lua.includes(TELLS))
  if (telling.length === 0) throw new Error('no script tells of changes in these words: nothing would be dropped')
  for (const { name, ...script } of telling) app.redis.defineCommand(name, { ...script, lua: script.lua.replaceAll(TELLS, '') })
}
