import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import t from 'tap'
import { createKeys } from '../../src/store/keys.ts'
import { build, demo, login } from '../harness.ts'
import { isProblem } from './problem.ts'
import { putBack } from '../store/aging.ts'

const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36'
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1'

t.test('shows this session: public id, deadlines, where it came from', async t => {
  const { app } = await build(t)
  const alice = await login(app, 'alice', { 'user-agent': chrome })
  const response = await alice.call('GET', '/session')
  t.equal(response.statusCode, 200)
  const body = response.json()
  t.strictSame(Object.keys(body).sort(), ['absoluteExpiresAt', 'authenticatedAt', 'createdAt', 'current', 'device', 'expiresAt', 'expiresBy', 'idleExpiresAt', 'ipAddress', 'lastAccessedAt', 'lastIpAddress', 'lastUserAgent', 'lifetime', 'sessionId', 'userAgent'])
  t.match(body, { sessionId: alice.id, ipAddress: '127.0.0.1', userAgent: chrome, current: true, device: { browser: 'Chrome', os: 'Windows', type: 'desktop' } })
  t.notMatch(response.body, alice.credential.split('.')[2], 'never the proof')
})

t.test('knows what kind of device logged in, from what it says', async t => {
  const { app } = await build(t)
  const cases: Array<[userAgent: string, device: object]> = [
    [iphone, { browser: 'Safari', os: 'iOS', type: 'mobile' }],
    ['curl/8.5.0', { browser: 'curl', os: 'unknown', type: 'unknown' }],
    ['12345', { browser: 'unknown', os: 'unknown', type: 'unknown' }],
    ['', { browser: 'unknown', os: 'unknown', type: 'unknown' }]
  ]
  for (const [userAgent, device] of cases) {
    const session = await login(app, 'alice', { 'user-agent': userAgent })
    t.match((await session.call('GET', '/session')).json(), { userAgent, device }, userAgent)
  }
})

t.test('a client that does not say what it is, is unknown', async t => {
  const { app } = await build(t)
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  // Node's own client sends no user agent unless told to.
  const request = httpRequest(`${origin}/login`, { method: 'POST', headers: { 'content-type': 'application/json' } })
  request.end(JSON.stringify({ email: 'alice@example.com', password: 'password123' }))
  const [response] = await once(request, 'response') as [IncomingMessage]
  let body = ''
  for await (const chunk of response) body += chunk
  const shown = await app.inject({ url: '/session', headers: { 'x-session-id': JSON.parse(body).sessionId } })
  t.match(shown.json(), { userAgent: '', device: { browser: 'unknown', os: 'unknown', type: 'unknown' } })
})

t.test('a user agent of any length and any bytes is kept to 512 characters', async t => {
  const { app } = await build(t)
  for (const userAgent of ['x'.repeat(512), 'y'.repeat(8000), '\u00e9\u00ff"\\<script>'.repeat(100), `${chrome} ${'z'.repeat(63)}`]) {
    const session = await login(app, 'alice', { 'user-agent': userAgent })
    const response = await session.call('GET', '/session')
    t.equal(response.json().userAgent, userAgent.slice(0, 512))
  }
})

t.test('the address is that of the connection; a forwarded one counts only from a trusted proxy', async t => {
  const behind = await build(t, { TRUST_PROXY: '10.0.0.0/8, 127.0.0.1' })
  const open = await build(t)
  const addressOf = async ({ app }: typeof open, remoteAddress: string, forwarded: string) => {
    const payload = { email: 'alice@example.com', password: 'password123' }
    const opened = await app.inject({ method: 'POST', url: '/login', payload, remoteAddress, headers: { 'x-forwarded-for': forwarded } })
    const shown = await app.inject({ url: '/session', headers: { 'x-session-id': opened.json().sessionId } })
    return shown.json().ipAddress
  }
  t.equal(await addressOf(open, '192.0.2.1', '203.0.113.7'), '192.0.2.1', 'nobody is trusted unless named')
  t.equal(await addressOf(behind, '127.0.0.1', '203.0.113.7'), '203.0.113.7')
  t.equal(await addressOf(behind, '127.0.0.1', '6.6.6.6, 203.0.113.7, 10.1.2.3'), '203.0.113.7', 'the first that is no proxy, from the right')
  t.equal(await addressOf(behind, '192.0.2.1', '203.0.113.7'), '192.0.2.1', 'not from elsewhere')
  t.equal(await addressOf(open, '::ffff:192.0.2.9', ''), '192.0.2.9', 'an IPv4 address in IPv6 form is itself')
  t.equal(await addressOf(open, '2001:db8::1', ''), '2001:db8::1')
})

const DAY = 86_400_000

t.test('a session lives by the profile that its login chose, through any number of uses', async t => {
  const { app } = await build(t, { TOUCH_INTERVAL_MS: '0', SESSION_LIFETIMES: 'tv:100/200' })
  for (const [wish, lifetime, idleMs, absoluteMs] of [
    [{}, 'default', 3_600_000, DAY],
    [{ rememberMe: false }, 'default', 3_600_000, DAY],
    [{ lifetime: 'default' }, 'default', 3_600_000, DAY],
    [{ rememberMe: true }, 'rememberMe', 14 * DAY, 30 * DAY],
    [{ rememberMe: true, lifetime: 'rememberMe' }, 'rememberMe', 14 * DAY, 30 * DAY],
    [{ lifetime: 'tv' }, 'tv', 100_000, 200_000]
  ] as const) {
    const opened = (await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, ...wish } })).json()
    const show = async () => (await app.inject({ url: '/session', headers: { 'x-session-id': opened.sessionId } })).json()
    for (let i = 0; i < 5; i++) await show()
    const { lifetime: shown, createdAt, lastAccessedAt, idleExpiresAt, absoluteExpiresAt } = await show()
    t.strictSame([shown, idleExpiresAt - lastAccessedAt, absoluteExpiresAt - createdAt], [lifetime, idleMs, absoluteMs], JSON.stringify(wish))
  }
})

t.test('says which deadline comes first', async t => {
  const { app } = await build(t, { SESSION_IDLE_SECONDS: '60', SESSION_ABSOLUTE_SECONDS: '90', SESSION_LIFETIMES: 'short:60/60' })
  const alice = await login(app)
  const idle = (await alice.call('GET', '/session')).json()
  t.strictSame([idle.expiresBy, idle.expiresAt], ['idle', idle.idleExpiresAt])
  await alice.call('POST', '/session/extend', { seconds: 1000 })
  const absolute = (await alice.call('GET', '/session')).json()
  t.strictSame([absolute.expiresBy, absolute.expiresAt], ['absolute', absolute.absoluteExpiresAt])
})

t.test('extend: longer without use, for once, and what it granted', async t => {
  const { app } = await build(t, { SESSION_IDLE_SECONDS: '60', SESSION_ABSOLUTE_SECONDS: '7200', TOUCH_INTERVAL_MS: '0' })
  const alice = await login(app)
  const extend = (seconds: unknown) => alice.call('POST', '/session/extend', { seconds })
  const first = (await extend(600)).json()
  t.match(first, { message: 'Session extended', grantedSeconds: 600 })
  const { idleExpiresAt, lastAccessedAt, absoluteExpiresAt } = first.session
  t.ok(Math.abs(idleExpiresAt - lastAccessedAt - 600_000) < 1000)
  t.equal((await extend(600)).json().session.idleExpiresAt, idleExpiresAt, 'again within a second it is the same')
  t.equal((await extend(60)).json().session.idleExpiresAt, idleExpiresAt, 'a shorter one takes nothing away')
  t.equal((await alice.call('GET', '/me')).json().session.idleExpiresAt, idleExpiresAt, 'a use takes nothing away either')
  const clamped = (await extend(31_536_000)).json()
  t.ok(clamped.grantedSeconds > 7190 && clamped.grantedSeconds <= 7200, `${clamped.grantedSeconds} s`)
  t.match(clamped.session, { idleExpiresAt: absoluteExpiresAt, absoluteExpiresAt, expiresBy: 'absolute' })
  for (const seconds of [0, -1, 1.5, 1e12, 31_536_001, '60', null]) isProblem(t, await extend(seconds), 400, 'validation_failed', String(seconds))
  isProblem(t, await alice.call('POST', '/session/extend', {}), 400, 'validation_failed')
})

t.test('rotate: everyone who asks with one credential gets the same successor, and both work for the grace', async t => {
  const { app, config } = await build(t, { NEAR_CACHE_MS: '0' })
  const alice = await login(app)
  await alice.call('PUT', '/session/data', { key: 'cart', value: [1] })
  const as = (credential: string, method: 'GET' | 'POST', url: string) => app.inject({ method, url, headers: { 'x-session-id': credential } })
  const answers = await Promise.all(Array.from({ length: 100 }, () => as(alice.credential, 'POST', '/session/rotate')))
  const successors = new Set(answers.map(answer => answer.json().sessionId))
  t.equal(successors.size, 1, '100 at once, one generation further')
  const [successor = ''] = successors
  t.equal(successor.split('.').slice(0, 2).join('.'), `${alice.id}.2`)
  t.equal((await as(alice.credential, 'POST', '/session/rotate')).json().sessionId, successor, 'a lost answer is asked for again')
  t.strictSame((await as(successor, 'GET', '/session/data')).json(), { data: { cart: [1] } })
  t.equal((await as(alice.credential, 'POST', '/session/rotate')).json().sessionId, successor, 'in the grace the current one is the answer')
  t.equal((await as(successor, 'POST', '/session/rotate')).json().sessionId, successor, 'and its own: a further one would end the grace at once')
  await putBack(app.redis, createKeys(config.KEY_PREFIX), alice.id, 'r', 31)
  const third = (await as(successor, 'POST', '/session/rotate')).json().sessionId
  t.match(third, `${alice.id}.3.`)
  t.equal((await as(third, 'GET', '/me')).statusCode, 200)
  isProblem(t, await as(alice.credential, 'GET', '/me'), 401, 'invalid_session', 'two behind')
  isProblem(t, await as(third, 'GET', '/me'), 401, 'invalid_session', 'which ended the session: one of the two is a thief')
})

t.test('rotate: a predecessor after its grace ends the session', async t => {
  const { app } = await build(t, { ROTATION_GRACE_SECONDS: '0' })
  const alice = await login(app)
  const as = (credential: string, method: 'GET' | 'POST', url: string) => app.inject({ method, url, headers: { 'x-session-id': credential } })
  const successor = (await as(alice.credential, 'POST', '/session/rotate')).json().sessionId
  t.equal((await as(alice.credential, 'GET', '/me')).statusCode, 200, 'good until the successor is used')
  t.equal((await as(successor, 'GET', '/me')).statusCode, 200)
  isProblem(t, await as(alice.credential, 'POST', '/session/rotate'), 401, 'invalid_session', 'and never the new one')
  isProblem(t, await as(successor, 'GET', '/me'), 401, 'invalid_session')
})

t.test('needs a live session', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const asks = [['GET', '/session'], ['POST', '/session/rotate'], ['POST', '/session/extend', { seconds: 60 }]] as const
  for (const [method, url, payload] of asks) isProblem(t, await app.inject({ method, url, payload }), 401, 'no_session')
  await alice.call('POST', '/logout')
  for (const [method, url, payload] of asks) isProblem(t, await alice.call(method, url, payload), 401, 'invalid_session')
})
