import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { createKeys } from '../../src/store/keys.ts'
import { createUserDatabase } from '../../src/users/database.ts'
import { build, demo, inspector, login, loginByCookie } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { isInvalid, isProblem } from './problem.ts'
import { putBack } from '../store/aging.ts'

const { password } = demo.alice
const ownPage = { 'sec-fetch-site': 'same-origin' }

/** What a client with this credential asks for. */
const as = (app: FastifyInstance, credential: string) => (method: 'GET' | 'POST' | 'PUT', url: string, payload?: object) =>
  app.inject({ method, url, payload, headers: { 'x-session-id': credential } })

t.test('the session goes on under a new credential, with its data and deadlines; the old one is a plain 401', async t => {
  const { app } = await build(t, { SESSION_ABSOLUTE_SECONDS: '7200' })
  const alice = await login(app)
  await alice.call('PUT', '/session/data', { key: 'cart', value: [1] })
  await alice.call('POST', '/session/extend', { seconds: 5000 })
  const before = (await alice.call('GET', '/session')).json()
  t.equal(before.authenticatedAt, before.createdAt)

  const response = await alice.call('POST', '/session/reauthenticate', { password })
  t.equal(response.statusCode, 200)
  const { message, sessionId, session } = response.json()
  noteCredential(app, sessionId)
  t.equal(message, 'Password confirmed')
  t.strictSame(Object.keys(response.json()).sort(), ['message', 'sessionId', 'session'].sort())
  t.match(sessionId, new RegExp(`^${alice.id.slice(0, 4)}[0-9a-f-]{32}\\.1\\.[\\w-]{64}$`))
  t.not(sessionId.slice(0, 36), alice.id)

  const me = as(app, sessionId)
  const after = (await me('GET', '/session')).json()
  t.match(after, { ...before, sessionId: sessionId.slice(0, 36), lastAccessedAt: /./, authenticatedAt: session.authenticatedAt })
  t.ok(Number(session.authenticatedAt) > Number(before.authenticatedAt))
  t.strictSame((await me('GET', '/session/data')).json(), { data: { cart: [1] } })
  t.equal((await me('GET', '/sessions')).json().count, 1)

  isProblem(t, await alice.call('GET', '/me'), 401, 'invalid_session')
  isProblem(t, await alice.call('POST', '/session/rotate'), 401, 'invalid_session', 'no way from the old one to the new one')
  isProblem(t, await as(app, app.sessions.rotate({ rotation: 'possible' }, alice.credential))('GET', '/me'), 401, 'invalid_session', 'nor from its successor')
  isProblem(t, await alice.call('POST', '/session/reauthenticate', { password }), 401, 'invalid_session')
  t.equal((await me('GET', '/me')).statusCode, 200, 'and none of that harmed the new one')
})

t.test('by cookie the new credential is in the cookie alone, which lasts as long as it did', async t => {
  const { app } = await build(t)
  const { cookie, credential } = await loginByCookie(app)
  const response = await app.inject({ method: 'POST', url: '/session/reauthenticate', payload: { password }, headers: { cookie, ...ownPage } })
  t.strictSame(Object.keys(response.json()).sort(), ['message', 'session'].sort())
  const [given = ''] = String(response.headers['set-cookie']).split(';')
  t.match(response.headers['set-cookie'], /^__Host-session=[^;]+; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  t.not(given, cookie)
  t.notMatch(response.body, given.slice(-64))
  t.equal((await app.inject({ url: '/me', headers: { cookie: given } })).statusCode, 200)
  isProblem(t, await app.inject({ url: '/me', headers: { cookie: `__Host-session=${credential}` } }), 401, 'invalid_session')
  isProblem(t, await app.inject({ method: 'POST', url: '/session/reauthenticate', payload: { password }, headers: { cookie: given, 'sec-fetch-site': 'cross-site' } }), 403, 'cross_site_request')

  const remembered = await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, cookie: true, rememberMe: true }, headers: ownPage })
  const [second = ''] = String(remembered.headers['set-cookie']).split(';')
  const again = await app.inject({ method: 'POST', url: '/session/reauthenticate', payload: { password }, headers: { cookie: second, ...ownPage } })
  const [, maxAge] = /Max-Age=(\d+)/.exec(String(again.headers['set-cookie'])) ?? []
  t.ok(Number(maxAge) > 2_591_900 && Number(maxAge) <= 2_592_000, `${maxAge} s`)
})

t.test('a wrong password changes nothing, and counts for this session alone', async t => {
  const { app } = await build(t, { LOGIN_DEVICE_FAILURES: '2', LOGIN_ACCOUNT_FAILURES: '1' })
  const [alice, other] = [await login(app), await login(app)]
  const before = (await alice.call('GET', '/session')).json()
  const wrong = await alice.call('POST', '/session/reauthenticate', { password: 'wrong' })
  isProblem(t, wrong, 401, 'wrong_password')
  t.equal(wrong.headers['www-authenticate'], 'Bearer realm="sessions"', 'nothing is wrong with the token')
  t.match((await alice.call('GET', '/session')).json(), { ...before, lastAccessedAt: /./ })
  isProblem(t, await alice.call('POST', '/session/reauthenticate', { password: 'wrong' }), 401, 'wrong_password')
  const refused = await alice.call('POST', '/session/reauthenticate', { password })
  isProblem(t, refused, 429, 'too_many_attempts', 'the right one too')
  t.match(refused.headers, { 'retry-after': '1', 'ratelimit-policy': '"device";q=2;w=86400' })
  isProblem(t, await as(app, app.sessions.rotate({ rotation: 'possible' }, alice.credential))('POST', '/session/reauthenticate', { password }), 429, 'too_many_attempts', 'nor with its next credential')
  t.equal((await as(app, app.sessions.rotate({ rotation: 'possible' }, alice.credential))('GET', '/me')).statusCode, 200)
  t.equal((await other.call('POST', '/session/reauthenticate', { password })).statusCode, 200, 'another session of the account')
  t.equal((await app.inject({ method: 'POST', url: '/login', payload: demo.alice })).statusCode, 200, 'and a login')
})

t.test('an account that was disabled, or is another one under the same email by now, proves nothing', async t => {
  const { app, config } = await build(t)
  const [alice, bob] = [await login(app), await login(app, 'bob')]
  const database = createUserDatabase(config.DATABASE_URL)
  await database.query('UPDATE users SET disabled = true WHERE id = 1')
  await database.query('UPDATE users SET id = 7 WHERE id = 2')
  await database.close()
  isProblem(t, await alice.call('POST', '/session/reauthenticate', { password }), 401, 'wrong_password')
  isProblem(t, await bob.call('POST', '/session/reauthenticate', { password: demo.bob.password }), 401, 'wrong_password')
})

t.test('two at once with the same credential: one gets a new one, the other is told that its session has ended', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const answers = await Promise.all([1, 2, 3].map(() => alice.call('POST', '/session/reauthenticate', { password })))
  t.strictSame(answers.map(({ statusCode }) => statusCode).sort(), [200, 401, 401])
  t.equal(await app.sessions.countLive(), 1)
})

t.test('a body that does not fit, and no session', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  isInvalid(t, await alice.call('POST', '/session/reauthenticate', {}), ['body/password'])
  isInvalid(t, await alice.call('POST', '/session/reauthenticate', { password: '' }), ['body/password'])
  isInvalid(t, await alice.call('POST', '/session/reauthenticate', { password, email: 'x@y.z' }), ['body/email'])
  isProblem(t, await alice.call('POST', '/session/reauthenticate', { password: 'x'.repeat(20_000) }), 413, 'body_too_large')
  isProblem(t, await app.inject({ method: 'POST', url: '/session/reauthenticate', payload: { password } }), 401, 'no_session')
})

t.test('a stale session is refused where a fresh one is needed, says how fresh, and reauthenticating helps', async t => {
  const { app, config } = await build(t, { TOUCH_INTERVAL_MS: '0' })
  const redis = await inspector(t)
  const keys = createKeys(config.KEY_PREFIX)
  for (const rememberMe of [false, true]) {
    const { sessionId } = (await app.inject({ method: 'POST', url: '/login', payload: { ...demo.admin, rememberMe } })).json()
    const admin = as(app, sessionId)
    t.equal((await admin('GET', '/admin/stats')).statusCode, 200)
    const provenBefore = (seconds: number) => putBack(redis, keys, sessionId.slice(0, 36), 't', seconds)
    await provenBefore(43_190)
    t.equal((await admin('GET', '/admin/stats')).statusCode, 200)
    await provenBefore(43_201)
    const refused = await admin('GET', '/admin/stats')
    isProblem(t, refused, 403, 'reauthentication_required')
    t.equal(refused.json().maxAge, 43_200)
    t.equal((await admin('GET', '/me')).statusCode, 200, 'everything else goes on')
    const { sessionId: fresh } = (await admin('POST', '/session/reauthenticate', { password: demo.admin.password })).json()
    t.equal((await as(app, fresh)('GET', '/admin/stats')).statusCode, 200)
  }
  const alice = await login(app)
  await putBack(redis, keys, alice.id, 't', 1_000_000)
  isProblem(t, await alice.call('GET', '/admin/stats'), 403, 'forbidden', 'a password would not help who lacks the role')
})

t.test('a session that is due for its next credential is given the one of its new id, and no other', async t => {
  const { app, config } = await build(t)
  const keys = createKeys(config.KEY_PREFIX)
  const age = (credential: string) => putBack(app.redis, keys, credential.slice(0, 36), 'r', 16 * 60)
  const { sessionId } = (await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, rotate: true } })).json()
  await age(sessionId)
  const me = as(app, sessionId)
  t.match((await me('POST', '/session/reauthenticate', { password: 'wrong' })).headers['x-session-id'], `${sessionId.slice(0, 36)}.2.`)
  const { headers, json } = await me('POST', '/session/reauthenticate', { password })
  t.equal(headers['x-session-id'], json().sessionId)
  t.equal((await as(app, json().sessionId)('GET', '/me')).headers['x-session-id'], undefined, 'its age begins anew')

  const { cookie, credential } = await loginByCookie(app)
  await age(credential)
  const answer = await app.inject({ method: 'POST', url: '/session/reauthenticate', payload: { password }, headers: { cookie, ...ownPage } })
  const [given = '', ...more] = [answer.headers['set-cookie'] ?? []].flat()
  t.strictSame(more, [])
  t.equal((await app.inject({ url: '/me', headers: { cookie: given.split(';')[0] } })).statusCode, 200)
})
