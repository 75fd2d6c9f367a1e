/*
 * The examples as they stand, each a process of its own, in front of the service as a process of its own.
 */
import { generateKeyPairSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { createClient } from '../src/index.ts'
import { createBrowser } from './browser.ts'
import { ask, askTwice, startConsumer } from './consumer.ts'
import { admin, alice, startService, until, type Service } from './service.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

const startExample = (t: Test, file: string, env: Record<string, string>) => startConsumer(t, [process.execPath, `examples/consumers/${file}`], root, env)

async function isRefused (t: Test, answer: ReturnType<typeof ask>, status: number, code: string) {
  const { headers, ...refused } = await answer
  t.match({ ...refused, type: headers.get('content-type') }, { status, body: { status, code, type: `urn:session-service:problem:${code}` }, type: /^application\/problem\+json/ }, `${status} ${code}`)
  t.equal(headers.get('cache-control'), 'no-store')
  if (status === 401) t.match(headers.get('www-authenticate'), /^Bearer/)
  if (status === 503) t.match(headers.get('retry-after'), /^\d+$/)
}

/** What a consumer does, whatever it is made of and however it knows. `present` is what its clients send for a session. */
async function behaves (t: Test, url: string, { logIn }: Service, present: (session: string) => Promise<Record<string, string>>): Promise<void> {
  const [mine, operators] = [await present(await logIn()), await present(await logIn(admin))]
  t.equal((await ask(`${url}/public`)).status, 200)
  await isRefused(t, ask(`${url}/orders`), 401, 'no_session')
  await isRefused(t, ask(`${url}/orders`, { authorization: 'Bearer nothing' }), 401, 'invalid_session')
  await isRefused(t, ask(`${url}/orders`, { authorization: 'Basic YTpi' }), 401, 'no_session')
  for (let i = 0; i < 3; i++) t.match(await ask(`${url}/orders`, mine), { status: 200, body: { ordersOf: '1' } })
  await isRefused(t, ask(`${url}/orders`, { ...mine, 'x-session-id': 'another' }), 400, 'credentials_disagree')
  await isRefused(t, askTwice(`${url}/orders`, [String(mine.authorization), 'Bearer another']), 400, 'credentials_disagree')
  await isRefused(t, ask(`${url}/stock`, mine), 403, 'forbidden')
  t.equal((await ask(`${url}/stock`, operators)).status, 200)
  t.equal((await ask(`${url}/payment`, mine)).status, 200)
}

for (const file of ['fastify.mjs', 'express.mjs']) {
  t.test(`examples/consumers/${file}: who is logged in at the service is logged in here, and no longer`, async t => {
    const service = await startService(t)
    const key = await service.keyFor('shop', ['sessions:introspect'])
    const url = await startExample(t, file, { SESSIONS_URL: service.url, SESSIONS_KEY: key })
    await behaves(t, url, service, async session => ({ authorization: `Bearer ${session}` }))
    const session = await service.logIn()
    const headers = { 'x-session-id': session }
    t.equal((await ask(`${url}/orders`, headers)).status, 200)
    t.equal((await ask(`${url}/orders`, { ...headers, authorization: `Bearer ${session}` })).status, 200, 'the same by two ways')

    await service.client.logout({ session })
    const ms = await until(async () => (await ask(`${url}/orders`, headers)).status === 401)
    t.ok(ms <= 500, `ended there ${Math.round(ms)} ms after it has ended`)

    const { sessionId: anonymous } = (await service.client.openAnonymousSession({ body: {} })).body
    await isRefused(t, ask(`${url}/orders`, { 'x-session-id': String(anonymous) }), 403, 'login_required')
    t.match(await ask(`${url}/cart`, { 'x-session-id': String(anonymous) }), { status: 200, body: { isLoggedIn: false } })
    t.match(await ask(`${url}/cart`, { 'x-session-id': await service.logIn() }), { status: 200, body: { isLoggedIn: true } })
    await isRefused(t, ask(`${url}/cart`), 401, 'no_session')

    const other = { 'x-session-id': await service.logIn() }
    t.equal((await ask(`${url}/orders`, other)).status, 200)
    service.child.kill('SIGSTOP')
    await new Promise(resolve => setTimeout(resolve, 1100))
    await isRefused(t, ask(`${url}/orders`, other), 503, 'store_unavailable')
    service.child.kill('SIGCONT')
    await until(async () => (await ask(`${url}/orders`, other)).status === 200)
  })
}

t.test('a key that is worth nothing lets nobody in', async t => {
  const service = await startService(t)
  const url = await startExample(t, 'fastify.mjs', { SESSIONS_URL: service.url, SESSIONS_KEY: 'ssk_0a1b2c3d4e5f6071_nothing' })
  await isRefused(t, ask(`${url}/orders`, { 'x-session-id': await service.logIn() }), 503, 'store_unavailable')
})

t.test('examples/consumers/signed.mjs: a service that signs asks as one with a key does', async t => {
  const service = await startService(t)
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const file = join(t.testdir(), 'shop.pem')
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const kid = await service.keyIdFor('shop', ['sessions:introspect'], publicKey.export({ format: 'jwk' }))
  const env = { SESSIONS_URL: service.url, SESSIONS_ISSUER: 'https://sessions.example.com', SESSIONS_PRIVATE_KEY: file }
  const url = await startExample(t, 'signed.mjs', { ...env, SESSIONS_KEY_ID: kid })
  await behaves(t, url, service, async session => ({ authorization: `Bearer ${session}` }))
  const session = await service.logIn()
  const headers = { 'x-session-id': session }
  t.equal((await ask(`${url}/orders`, headers)).status, 200)
  await service.client.logout({ session })
  const ms = await until(async () => (await ask(`${url}/orders`, headers)).status === 401)
  t.ok(ms <= 500, `ended there ${Math.round(ms)} ms after it has ended`)
  const stranger = await startExample(t, 'signed.mjs', { ...env, SESSIONS_KEY_ID: '0a1b2c3d4e5f6071' })
  await isRefused(t, ask(`${stranger}/orders`, { 'x-session-id': await service.logIn() }), 503, 'store_unavailable')
})

t.test('examples/consumers/express-session.mjs: a browser stays logged in until its session ends, here or at the service', async t => {
  const service = await startService(t)
  const key = await service.keyFor('shop', ['sessions:read', 'sessions:create', 'sessions:write', 'sessions:revoke'])
  const env = { SESSIONS_URL: service.url, SESSIONS_KEY: key, SECRET: 'a-secret-of-thirty-two-characters' }
  const [url, another] = [await startExample(t, 'express-session.mjs', env), await startExample(t, 'express-session.mjs', env)]
  const shop = createClient({ url: service.url, key, timeoutMs: 5000 })
  const browser = createBrowser(url)
  t.equal((await browser.get('/orders')).status, 401)
  t.equal((await browser.post('/login')).status, 200)
  for (const each of [browser, browser.at(another)]) t.match(await each.get('/orders'), { status: 200, body: { ordersOf: 'customer-4711' } })
  t.match((await shop.listUserSessions({ query: { userId: 'customer-4711' } })).body, { count: 1, sessions: [{ ipAddress: '127.0.0.1' }] })
  await shop.endUserSessions({ query: { userId: 'customer-4711' } })
  for (const each of [browser, browser.at(another)]) t.equal((await each.get('/orders')).status, 401)
  await browser.post('/login')
  const kept = browser.at(another)
  t.equal((await browser.post('/logout')).status, 200)
  t.equal((await kept.get('/orders')).status, 401)
})

t.test('examples/consumers/offline.mjs: tokens are verified without the service, and sessions are none', async t => {
  const service = await startService(t)
  const url = await startExample(t, 'offline.mjs', { SESSIONS_URL: service.url, SESSIONS_ISSUER: 'https://sessions.example.com', SESSIONS_AUDIENCE: 'shop' })
  const tokenOf = async (session: string) => (await service.client.issueToken({ session, body: { audience: 'shop' } })).body.token
  await behaves(t, url, service, async session => ({ authorization: `Bearer ${await tokenOf(session)}` }))
  const session = await service.logIn()
  const headers = { authorization: `Bearer ${await tokenOf(session)}` }
  await isRefused(t, ask(`${url}/orders`, { authorization: `Bearer ${session}` }), 401, 'invalid_session')
  for (const worthless of [`${headers.authorization}x`, headers.authorization.replace(/\.[^.]+$/, '.')]) await isRefused(t, ask(`${url}/orders`, { authorization: worthless }), 401, 'invalid_session')
  service.child.kill('SIGSTOP')
  t.equal((await ask(`${url}/orders`, headers)).status, 200)
  const fresh = await startExample(t, 'offline.mjs', { SESSIONS_URL: service.url, SESSIONS_ISSUER: 'https://sessions.example.com', SESSIONS_AUDIENCE: 'shop' })
  await isRefused(t, ask(`${fresh}/orders`, headers), 503, 'store_unavailable')
})

t.test('examples/consumers/revocable.mjs: a session that ends ends its tokens, and while nobody knows nobody is let in', async t => {
  const service = await startService(t)
  const key = await service.keyFor('shop', ['sessions:introspect'])
  const url = await startExample(t, 'revocable.mjs', { SESSIONS_URL: service.url, SESSIONS_KEY: key, SESSIONS_ISSUER: 'https://sessions.example.com', SESSIONS_AUDIENCE: 'shop' })
  const tokenOf = async (session: string) => ({ authorization: `Bearer ${(await service.client.issueToken({ session, body: { audience: 'shop' } })).body.token}` })
  await behaves(t, url, service, tokenOf)

  const session = await service.logIn()
  const headers = await tokenOf(session)
  t.equal((await ask(`${url}/orders`, headers)).status, 200)
  await service.client.logout({ session })
  const ms = await until(async () => (await ask(`${url}/orders`, headers)).status === 401)
  t.ok(ms <= 500, `ended there ${Math.round(ms)} ms after it has ended`)

  const [kept, others] = [await service.logIn(), await tokenOf(await service.logIn())]
  const keptHeaders = await tokenOf(kept)
  await service.client.endAllSessions({ session: kept, query: { except: 'current' } })
  await until(async () => (await ask(`${url}/orders`, others)).status === 401)
  t.equal((await ask(`${url}/orders`, keptHeaders)).status, 200, 'the one that goes on')
  t.equal((await ask(`${url}/orders`, await tokenOf(await service.logIn()))).status, 200, 'and who logs in at once')
  const { body } = await service.client.changePassword({ session: kept, body: { currentPassword: alice.password, newPassword: 'seven otters sing' } })
  await until(async () => (await ask(`${url}/orders`, keptHeaders)).status === 401)
  const mine = await tokenOf(String(Object(body).sessionId))
  t.equal((await ask(`${url}/orders`, mine)).status, 200, 'and who goes on under another id')

  service.child.kill('SIGSTOP')
  t.equal((await ask(`${url}/orders`, mine)).status, 200)
  await new Promise(resolve => setTimeout(resolve, 5500))
  await isRefused(t, ask(`${url}/orders`, mine), 503, 'store_unavailable')
  service.child.kill('SIGCONT')
  await until(async () => (await ask(`${url}/orders`, mine)).status === 200)
})
