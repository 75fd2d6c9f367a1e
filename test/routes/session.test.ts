import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import t from 'tap'
import { build, login } from '../harness.ts'
import { isProblem } from './problem.ts'

const chrome = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36'
const iphone = 'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1'

t.test('shows this session: public id, deadlines, where it came from', async t => {
  const { app } = await build(t)
  const alice = await login(app, 'alice', { 'user-agent': chrome })
  const response = await alice.call('GET', '/session')
  t.equal(response.statusCode, 200)
  const body = response.json()
  t.strictSame(Object.keys(body).sort(), ['absoluteExpiresAt', 'createdAt', 'current', 'device', 'expiresAt', 'idleExpiresAt', 'ipAddress', 'lastAccessedAt', 'sessionId', 'userAgent'])
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

t.test('needs a live session', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  isProblem(t, await app.inject('/session'), 401, 'no_session')
  await alice.call('POST', '/logout')
  isProblem(t, await alice.call('GET', '/session'), 401, 'invalid_session')
})
