import { randomBytes } from 'node:crypto'
import type { FastifyInstance, InjectOptions } from 'fastify'
import type { Test } from 'tap'
import { buildApp } from '../src/app.ts'
import { loadConfig, type ServiceConfig } from '../src/config.ts'
import { createClient, waitUntilReady } from '../src/store/connect.ts'
import { mastersOf, type RedisClient } from '../src/store/scripts.ts'
import { assertNothingLeaked, noteCredential } from './leaks/known.ts'
import { assertInvariants } from './store/invariants.ts'
import { testDatabase } from './users/database.ts'

/** The servers that `npm test` started for all tests. */
export const redisUrl = process.env.TEST_REDIS_URL ?? ''

export const demo = {
  alice: { email: 'alice@example.com', password: 'password123' },
  bob: { email: 'bob@example.com', password: 'secret456' },
  admin: { email: 'admin@example.com', password: 'admin789' }
} as const

/** A keyring text with a fresh random key. */
export const randomKeyring = () => `test:${randomBytes(32).toString('base64url')}`

/** A key prefix that no other test has. */
export const randomPrefix = () => `t${randomBytes(6).toString('hex')}:`

/** Between the nodes of a Cluster news takes milliseconds: whoever asks another instance at once may come first (near-cache/cluster-links.test.ts). */
const ofCluster = redisUrl.startsWith('redis+cluster:') ? { NEAR_CACHE_MS: '0' } : {}

/** The configuration of a service of its own: fresh namespace, fresh database with the demo accounts, cheap hashes. */
export async function testConfig (t: Test, env: Record<string, string> = {}): Promise<ServiceConfig> {
  const config = loadConfig({
    REDIS_URL: redisUrl,
    DATABASE_URL: env.DATABASE_URL ?? await testDatabase(t),
    SESSION_KEYS: randomKeyring(),
    DEMO_USERS: 'true',
    KEY_PREFIX: randomPrefix(),
    BCRYPT_COST: '4',
    HASH_THREADS: '1',
    TOKEN_AUDIENCES: 'shop,https://api.example.com',
    TOKEN_ISSUER: 'https://sessions.example.com',
    LOG_LEVEL: 'info',
    ...ofCluster,
    ...env
  })
  const { REDIS_URL = '', DATABASE_URL = '', SESSION_KEYS = '' } = config
  return { ...config, REDIS_URL, DATABASE_URL, SESSION_KEYS }
}

/** The longest patience that the service may have: on a busy machine, a slow answer of a healthy server is no 503. */
const patient = { REDIS_TIMEOUT_MS: '900', DATABASE_TIMEOUT_MS: '900' }

/**
 * A service on real Redis and PostgreSQL, closed at the end of the test; then the invariants of the keyspace are
 * checked on everything that the test left behind, and its secrets looked for there and in the log. `logs` holds its log lines.
 */
export async function build (t: Test, env: Record<string, string> = {}) {
  const config = await testConfig(t, { ...patient, ...env })
  const logs: string[] = []
  const app = await buildApp(config, { logStream: { write: (line: string) => logs.push(line) > 0 } })
  t.teardown(async () => {
    await app.close()
    await assertInvariants(config)
    await assertNothingLeaked(app, config, logs)
  })
  return { app, config, logs }
}

/** A second instance on the same data. */
export async function buildAnother (t: Test, config: ServiceConfig): Promise<FastifyInstance> {
  const app = await buildApp({ ...config, LOG_LEVEL: 'silent' })
  t.teardown(() => app.close())
  return app
}

/** A Redis connection of the test's own, to look at what the service stored. */
export async function inspector (t: Test, url = redisUrl) {
  const client = createClient(url, 900)
  client.on('error', () => {})
  await waitUntilReady(client)
  t.teardown(() => client.disconnect())
  return client
}

/** The keys of a pattern, wherever they are: of a Cluster `KEYS` tells those of one node. */
export async function keysOf (client: RedisClient, pattern: string): Promise<string[]> {
  return (await Promise.all(mastersOf(client).map(master => master.keys(pattern)))).flat()
}

export type Account = keyof typeof demo

/** Logs in as a page of the service does, and returns the cookie that its browser sends from then on, as `name=value`. */
export async function loginByCookie (app: FastifyInstance, who: Account = 'alice', headers: Record<string, string> = {}) {
  const response = await app.inject({ method: 'POST', url: '/login', payload: { ...demo[who], cookie: true }, headers: { 'sec-fetch-site': 'same-origin', ...headers } })
  const [cookie = ''] = String(response.headers['set-cookie']).split(';')
  const [name = '', credential = ''] = cookie.split('=')
  noteCredential(app, credential)
  return { cookie, name, credential, response }
}

/** Logs in and returns what a client has then. */
export async function login (app: FastifyInstance, who: Account = 'alice', headers: Record<string, string> = {}) {
  const response = await app.inject({ method: 'POST', url: '/login', payload: demo[who], headers })
  if (response.statusCode !== 200) throw new Error(`login of ${who} answered ${response.statusCode}: ${response.body}`)
  const { sessionId } = response.json<{ sessionId: string }>()
  noteCredential(app, sessionId)
  const [id = ''] = sessionId.split('.')
  const call = (method: InjectOptions['method'], url: string, payload?: InjectOptions['payload'], more: Record<string, string> = {}) =>
    app.inject({ method, url, ...(payload !== undefined && { payload }), headers: { ...headers, 'x-session-id': sessionId, ...more } })
  return { id, credential: sessionId, call }
}
