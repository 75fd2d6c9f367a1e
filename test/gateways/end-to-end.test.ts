/*
 * A company in small, each a process of its own: two instances of the service on one Redis and one PostgreSQL, nginx that asks one of them about each request to an application,
 * and services of somebody else: one that asks the other instance, and one that verifies tokens, which an application behind nginx asks for the user.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { ask, startConsumer } from '../../packages/client/test/consumer.ts'
import { demo, testConfig } from '../harness.ts'
import { runServer, until } from '../server-process.ts'
import { startApplication, startNginx } from './nginx.ts'

/** Within which a session that has ended opens nothing any more, anywhere. */
const BOUND_MS = 1000

const root = fileURLToPath(new URL('../..', import.meta.url))

async function startCompany (t: Test, more: Record<string, string> = {}) {
  const { REDIS_URL, DATABASE_URL, SESSION_KEYS, KEY_PREFIX } = await testConfig(t)
  const env = { REDIS_URL, DATABASE_URL, SESSION_KEYS, KEY_PREFIX, DEMO_USERS: 'true', TRUST_PROXY: '127.0.0.1/32', LOG_LEVEL: 'silent', ...more }
  const [one, two] = (await Promise.all([runServer(t, env).url, runServer(t, env).url])).map(String) as [string, string]
  const logIn = async (url: string, who: keyof typeof demo = 'alice') => String((await send(`${url}/login`, demo[who])).body.sessionId)
  return {
    one,
    two,
    logIn,
    keyFor: async (name: string, scopes: string[]) => String((await send(`${one}/admin/callers`, { name, scopes }, { 'x-session-id': await logIn(one, 'admin') })).body.key)
  }
}

async function send (url: string, body: object, headers: Record<string, string> = {}) {
  const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) })
  return { status: response.status, body: await response.json() as Record<string, unknown> }
}

/** An application behind the gateway that asks the service of somebody else on behalf of whose request it is, and answers as that does. */
async function startActing (t: Test, { sessions, key, upstream }: { sessions: string, key: string, upstream: string }): Promise<number> {
  const server = createServer(({ headers }, response) => {
    (async () => {
      const { body: { token } } = await send(`${sessions}/v1/tokens`, { token: headers['x-session-credential'], audience: 'shop' }, { authorization: `Bearer ${key}` })
      const { status, body } = await ask(`${upstream}/orders`, { authorization: `Bearer ${String(token)}` })
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ ...body, paidBy: headers['x-session-user'] }))
    })().catch(error => response.writeHead(500).end(String(error)))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}

t.test('an application behind the gateway acts for the user towards another service, as long as the session lives', async t => {
  const issuer = 'https://sessions.example.com'
  const { one, two, logIn, keyFor } = await startCompany(t, { TOKEN_AUDIENCES: 'shop', TOKEN_ISSUER: issuer })
  const upstream = await startConsumer(t, [process.execPath, 'examples/consumers/offline.mjs'], root, { SESSIONS_URL: two, SESSIONS_ISSUER: issuer, SESSIONS_AUDIENCE: 'shop' })
  const acting = await startActing(t, { sessions: two, key: await keyFor('checkout', ['tokens:issue']), upstream })
  const gateway = await startNginx(t, Number(new URL(one).port), await startApplication(t), acting)
  for (const [who, id] of [['alice', '1'], ['bob', '2']] as const) {
    const credential = await logIn(one, who)
    const pay = () => fetch(`${gateway}/checkout/pay`, { headers: { authorization: `Bearer ${credential}` } })
    t.strictSame(await (await pay()).json(), { ordersOf: id, paidBy: id })
    t.equal((await ask(`${upstream}/orders`, { authorization: `Bearer ${credential}` })).status, 401, 'the credential itself is nothing to that service')
    t.equal((await fetch(`${two}/logout`, { method: 'POST', headers: { 'x-session-id': credential } })).status, 200)
    await until(async () => (await pay()).status === 401)
  }
})

t.test('who logs in passes the gateway and is known to the other service; who is logged out is stopped by both, whichever instance was told', async t => {
  const { one, two, logIn, keyFor } = await startCompany(t)
  const gateway = await startNginx(t, Number(new URL(one).port), await startApplication(t))
  const consumer = await startConsumer(t, [process.execPath, 'examples/consumers/fastify.mjs'], root, { SESSIONS_URL: two, SESSIONS_KEY: await keyFor('shop', ['sessions:introspect']) })
  const passes = async (credential: string) => (await fetch(`${gateway}/orders`, { headers: { authorization: `Bearer ${credential}` } })).status
  const isKnown = async (credential: string) => (await ask(`${consumer}/orders`, { authorization: `Bearer ${credential}` })).status

  for (const [where, elsewhere] of [[one, two], [two, one]] as const) {
    const credential = await logIn(where)
    const other = await logIn(elsewhere)
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
