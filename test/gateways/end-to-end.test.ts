/*
 * A company in small, each a process of its own: two instances of the service on one Redis and one PostgreSQL, nginx that asks one of them about each request to an application,
 * and a service of somebody else that asks the other one.
 */
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { ask, startConsumer } from '../../packages/client/test/consumer.ts'
import { demo, testConfig } from '../harness.ts'
import { runServer, until } from '../server-process.ts'
import { startApplication, startNginx } from './nginx.ts'

/** Within which a session that has ended opens nothing any more, anywhere. */
const BOUND_MS = 1000

const root = fileURLToPath(new URL('../..', import.meta.url))

t.test('who logs in passes the gateway and is known to the other service; who is logged out is stopped by both, whichever instance was told', async t => {
  const { REDIS_URL, DATABASE_URL, SESSION_KEYS, KEY_PREFIX } = await testConfig(t)
  const env = { REDIS_URL, DATABASE_URL, SESSION_KEYS, KEY_PREFIX, DEMO_USERS: 'true', TRUST_PROXY: '127.0.0.1/32', LOG_LEVEL: 'silent' }
  const [one = '', two = ''] = await Promise.all([runServer(t, env).url, runServer(t, env).url])
  const send = async (url: string, body: object, headers: Record<string, string> = {}) => {
    const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
    return { status: response.status, body: await response.json() as Record<string, unknown> }
  }
  const logIn = async (url: string, who: keyof typeof demo = 'alice') => String((await send(`${url}/login`, demo[who])).body.sessionId)

  const { body: { key } } = await send(`${one}/admin/callers`, { name: 'shop', scopes: ['sessions:introspect'] }, { 'x-session-id': await logIn(String(one), 'admin') })
  const gateway = await startNginx(t, Number(new URL(String(one)).port), await startApplication(t))
  const consumer = await startConsumer(t, [process.execPath, 'examples/consumers/fastify.mjs'], root, { SESSIONS_URL: String(two), SESSIONS_KEY: String(key) })
  const passes = async (credential: string) => (await fetch(`${gateway}/orders`, { headers: { authorization: `Bearer ${credential}` } })).status
  const isKnown = async (credential: string) => (await ask(`${consumer}/orders`, { authorization: `Bearer ${credential}` })).status

  for (const [where, elsewhere] of [[one, two], [two, one]] as const) {
    const credential = await logIn(String(where))
    const other = await logIn(String(elsewhere))
    t.equal(await passes(credential), 200)
    t.equal(await isKnown(credential), 200)
    t.equal((await fetch(`${elsewhere}/logout`, { method: 'POST', headers: { 'x-session-id': credential } })).status, 200)
    const endedAtMs = performance.now()
    await until(async () => await passes(credential) === 401 && await isKnown(credential) === 401)
    const ms = performance.now() - endedAtMs
    t.ok(ms < BOUND_MS, `all closed after ${Math.round(ms)} ms`)
    t.equal(await passes(other), 200, 'nobody else is')
    t.equal(await isKnown(other), 200)
  }
})
