import { randomBytes } from 'node:crypto'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Redis } from 'ioredis'
import { buildApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config.ts'
import type { Session } from '../../src/sessions/session.ts'
import { createKeys } from '../../src/store/keys.ts'
import { createUserDatabase } from '../../src/users/database.ts'
import { createUserRepository } from '../../src/users/repository.ts'
import { violations } from '../store/invariants.ts'
import { unlimitedLogins } from '../unlimited-logins.ts'
import { createChance } from './chance.ts'

/** Where the race takes place: one Redis and one PostgreSQL for all, a namespace for each. */
export interface Ground { redisUrl: string, databaseUrl: string, seed: number }

export type Arena = Awaited<ReturnType<typeof openArena>>

export interface Contestant { session: Session, credential: string }

/** As much of one as it takes to look for what is left of it. */
type Trace = Pick<Contestant, 'credential'> & { session: Pick<Session, 'id'> }

/** Two instances of the service on the same data, cheap hashes, every use recorded at once. */
export async function openArena ({ redisUrl, databaseUrl, seed }: Ground, settings: Record<string, string> = {}) {
  const parts = { REDIS_URL: redisUrl, DATABASE_URL: databaseUrl, SESSION_KEYS: `race:${randomBytes(32).toString('base64url')}` }
  const config = {
    ...loadConfig({
      KEY_PREFIX: `r${randomBytes(6).toString('hex')}:`, DEMO_USERS: 'true', BCRYPT_COST: '4', HASH_THREADS: '1', TOUCH_INTERVAL_MS: '0', LOG_LEVEL: 'silent', REDIS_TIMEOUT_MS: '900', DATABASE_TIMEOUT_MS: '900', ...unlimitedLogins, ...parts, ...settings
    }),
    ...parts
  }
  const one = await buildApp(config)
  const two = await buildApp(config)
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
    for (const app of [one, two]) if (await app.sessions.validate(credential) !== null) faults.push('ghost: accepted after its end')
    return faults
  }

  return {
    one,
    two,
    keys,
    redis: one.redis as Redis,
    users: createUserRepository(database),
    chance: createChance(seed),
    open,
    call,
    ghosts,
    /** Everything that was left behind is as the keyspace promises. */
    violations: () => violations(one.redis, config),
    async close () {
      await Promise.all([one.close(), two.close(), database.close()])
    }
  }
}
