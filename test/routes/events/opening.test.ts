import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { build, buildAnother, inspector, keysOf, login, loginByCookie } from '../../harness.ts'
import { listening, socketOf, socketTo, streamOf } from './clients.ts'

const PROTOCOL = 'session-events.v1'
const ticketOf = async (app: FastifyInstance, credential: string): Promise<string> =>
  (await app.inject({ method: 'POST', url: '/session/events/ticket', headers: { 'x-session-id': credential } })).json<{ ticket: string }>().ticket

async function withTicket (t: Test, app: FastifyInstance, ticket: string, headers: Record<string, string> = {}) {
  return socketTo(t, app, { protocols: [PROTOCOL, `ticket.${ticket}`], headers })
}

t.test('without a live session nothing is upgraded, and no stream begins', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  t.equal(await (await socketTo(t, app, {})).refused, 401)
  t.equal(await (await socketOf(t, app, `${alice.id}.1.${'A'.repeat(64)}`)).refused, 401)
  t.equal((await streamOf(t, app, {})).response.status, 401)
  await alice.call('POST', '/logout')
  t.equal(await (await socketOf(t, app, alice.credential)).refused, 401)
  const { response } = await streamOf(t, app, { 'x-session-id': alice.credential })
  t.match(response.headers.get('content-type'), 'application/problem+json')
})

t.test('a credential or ticket in the URL opens nothing', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const ticket = await ticketOf(app, alice.credential)
  for (const query of [`ticket=${ticket}`, `access_token=${alice.credential}`, `sessionId=${alice.credential}`]) {
    const response = await app.inject(`/session/events?${query}`)
    t.ok([400, 401].includes(response.statusCode))
  }
})

t.test('by cookie a socket opens from pages of the service and of CORS_ORIGINS', async t => {
  const { app } = await build(t, { COOKIE_SECURE: 'false', CORS_ORIGINS: 'https://shop.example.com' })
  const { cookie } = await loginByCookie(app)
  const own = `http://${await listening(app)}`
  for (const origin of [own, 'https://shop.example.com']) {
    t.match(await (await socketTo(t, app, { origin, headers: { cookie } })).next('ready'), { type: 'ready' }, origin)
  }
  for (const origin of ['https://evil.example.com', 'https://shop.example.com.evil.com', 'null', own.replace('http:', 'https:'), `${own}0`]) {
    t.equal(await (await socketTo(t, app, { origin, headers: { cookie, 'sec-fetch-site': 'same-origin' } })).refused, 403, origin)
  }
  t.equal(await (await socketTo(t, app, { headers: { cookie } })).refused, 403, 'no Origin')
  t.match(await (await streamOf(t, app, { cookie })).next('ready'), { type: 'ready' }, 'a stream needs none: nobody else can read it')
  t.equal((await streamOf(t, app, { cookie, origin: 'https://evil.example.com' })).response.status, 403)
  t.equal((await streamOf(t, app, { cookie, 'sec-fetch-site': 'same-site' })).response.status, 403, 'a page of a neighbour that could not read it')
})

t.test('a ticket opens one socket, on any instance', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const alice = await login(app)
  const ticket = await ticketOf(app, alice.credential)
  const { socket, next } = await withTicket(t, other, ticket, { origin: 'https://anywhere.example.com' })
  t.match(await next('ready'), { sessionId: alice.id })
  t.equal(socket.protocol, PROTOCOL, 'and it is not repeated')
  const unused = await ticketOf(app, alice.credential)
  for (const accept of ['application/json', 'text/event-stream']) {
    t.equal((await app.inject({ url: '/session/events', headers: { accept, 'sec-websocket-protocol': `ticket.${unused}` } })).statusCode, 401, accept)
  }
  t.match(await (await withTicket(t, app, unused)).next('ready'), { sessionId: alice.id }, 'nothing else, and that does not use it up')
  t.equal(await (await withTicket(t, app, ticket)).refused, 401, 'once')
  for (const worthless of ['', 'x', 'A'.repeat(43), `${ticket}x`]) t.equal(await (await withTicket(t, app, worthless)).refused, 401)
})

t.test('worthless tickets count as invalid credentials do', async t => {
  const { app } = await build(t, { INVALID_CREDENTIALS_PER_ADDRESS: '5' })
  const alice = await login(app)
  const [used, ofDead] = [await ticketOf(app, alice.credential), await ticketOf(app, alice.credential)]
  await (await withTicket(t, app, used)).next('ready')
  await alice.call('POST', '/logout')
  for (const [worthless, status] of [['x', 401], ['A'.repeat(43), 401], ['B'.repeat(43), 401], [used, 401], [ofDead, 401], ['C'.repeat(43), 429], [ofDead, 429], ['x', 429]] as const) {
    t.equal(await (await withTicket(t, app, worthless)).refused, status)
  }
  const again = await login(app)
  t.match(await (await withTicket(t, app, await ticketOf(app, again.credential))).next('ready'), { sessionId: again.id }, 'a good one is not refused')
})

t.test('a ticket opens nothing from where its credential would not, and is good where that is', async t => {
  const browser = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' }
  const { app } = await build(t, { BINDING_CLIENT: 'step-up' })
  const alice = await login(app, 'alice', browser)
  const { ticket } = (await alice.call('POST', '/session/events/ticket')).json<{ ticket: string }>()
  const elsewhere = { 'user-agent': 'curl/8.5.0' }
  t.equal((await app.inject({ url: '/session/events', headers: { 'x-session-id': alice.credential, ...elsewhere } })).statusCode, 403)
  t.equal(await (await withTicket(t, app, ticket, elsewhere)).refused, 403)
  t.match(await (await withTicket(t, app, ticket, browser)).next('ready'), { sessionId: alice.id }, 'and was not used up')

  const { app: strict } = await build(t, { BINDING_CLIENT: 'enforce' })
  const bob = await login(strict, 'bob', browser)
  const stolen = (await bob.call('POST', '/session/events/ticket')).json<{ ticket: string }>().ticket
  t.equal(await (await withTicket(t, strict, stolen, elsewhere)).refused, 401)
  t.equal((await bob.call('GET', '/me')).statusCode, 401, 'as a use of its credential from there would end it')
})

t.test('a ticket that cannot be judged is none that is worthless, and is good later', async t => {
  const { app, config } = await build(t)
  const redis = await inspector(t)
  const alice = await login(app)
  const ticket = await ticketOf(app, alice.credential)
  const [key = ''] = await keysOf(redis, `${config.KEY_PREFIX}session:*`)
  await redis.rename(key, `${key}:aside`)
  await redis.set(key, 'damaged', 'PX', 60_000)
  t.equal(await (await withTicket(t, app, ticket)).refused, 503)
  await redis.rename(`${key}:aside`, key)
  t.match(await (await withTicket(t, app, ticket)).next('ready'), { sessionId: alice.id })
})

t.test('of many who come with one ticket at once, to whichever instance, one gets in', async t => {
  const { app, config } = await build(t)
  const instances = [app, await buildAnother(t, config)] as const
  const alice = await login(app)
  for (let round = 0; round < 10; round++) {
    const ticket = await ticketOf(app, alice.credential)
    const tries = await Promise.all(Array.from({ length: 8 }, (_, i) => withTicket(t, instances[i % 2] ?? app, ticket)))
    const outcomes = await Promise.all(tries.map(({ next, refused }) => Promise.race([next('ready').then(() => 'in'), refused])))
    t.strictSame(outcomes.filter(outcome => outcome !== 401), ['in'])
    for (const { socket } of tries) socket.terminate()
    while (instances.some(({ events }) => events.hub.size() > 0)) await sleep(5)
  }
})

t.test('a ticket has 30 seconds, and no more than its session', async t => {
  const { app, config } = await build(t)
  const redis = await inspector(t)
  const alice = await login(app)
  const before = Date.now()
  const { ticket, expiresAt } = (await alice.call('POST', '/session/events/ticket')).json<{ ticket: string, expiresAt: string }>()
  t.ok(Number(expiresAt) - before <= 31_000)
  const [key = ''] = await keysOf(redis, `${config.KEY_PREFIX}event-ticket:*`)
  t.notMatch(key, ticket)
  const ttl = await redis.pttl(key)
  t.ok(ttl > 25_000 && ttl <= 30_000)
  await redis.pexpire(key, 0)
  t.equal(await (await withTicket(t, app, ticket)).refused, 401, 'expired')

  const another = await ticketOf(app, alice.credential)
  await alice.call('POST', '/logout')
  t.equal(await (await withTicket(t, app, another)).refused, 401, 'of a session that has ended')
})

t.test('a ticket with the credential of another session opens nothing', async t => {
  const { app } = await build(t)
  const [alice, bob] = [await login(app), await login(app, 'bob')]
  t.equal(await (await withTicket(t, app, await ticketOf(app, alice.credential), { 'x-session-id': bob.credential })).refused, 400)
  const { next } = await withTicket(t, app, await ticketOf(app, alice.credential), { 'x-session-id': alice.credential })
  t.match(await next('ready'), { sessionId: alice.id }, 'its own is no other')
})

t.test('a session and a user have so many connections to an instance', async t => {
  const { app } = await build(t, { EVENTS_PER_SESSION: '2', EVENTS_PER_USER: '3' })
  const [alice, second] = [await login(app), await login(app)]
  const first = await socketOf(t, app, alice.credential)
  await first.next('ready')
  await (await streamOf(t, app, { 'x-session-id': alice.credential })).next('ready')
  t.equal(await (await socketOf(t, app, alice.credential)).refused, 429)
  await (await socketOf(t, app, second.credential)).next('ready')
  const { response } = await streamOf(t, app, { 'x-session-id': second.credential })
  t.equal(response.status, 429)
  t.match(await response.text().catch(() => ''), '')
  first.socket.close()
  await first.closed
  await (await socketOf(t, app, second.credential)).next('ready')
})

t.test('of many that open at once no more than that stay', async t => {
  const { app } = await build(t, { EVENTS_PER_SESSION: '3' })
  const alice = await login(app)
  const sockets = await Promise.all(Array.from({ length: 12 }, () => socketOf(t, app, alice.credential)))
  const ends = await Promise.all(sockets.map(async ({ next, refused, closed }) => Promise.race([next('ready').then(() => 'open', () => 'late'), refused, closed.then(({ code }) => code)])))
  t.equal(ends.filter(end => end === 'open').length, 3)
  t.ok(ends.every(end => ['open', 429, 4429].includes(end)), String(ends))
  t.equal(app.events.hub.size(), 3)
})

t.test('who passed the guard when others took the last place is told so', async t => {
  const { app } = await build(t, { EVENTS_PER_SESSION: '1' })
  const alice = await login(app)
  await (await socketOf(t, app, alice.credential)).next('ready')
  app.events.hub.assertRoom = () => {}
  t.equal((await (await socketOf(t, app, alice.credential)).closed).code, 4429)
})

t.test('who asks for another protocol, or for a socket elsewhere, is answered as if it had not', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const [host = '', port] = (await listening(app)).split(':')
  const body = '{"key":"a","value":1}'
  const raw = (lines: string[], body = '') => new Promise<string>((resolve, reject) => {
    const socket = connect(Number(port), host, () => socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`))
    let text = ''
    socket.on('data', data => { text += String(data) })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
  const common = [`Host: ${host}`, `x-session-id: ${alice.credential}`]
  const upgrade = ['Connection: Upgrade, HTTP2-Settings, close', 'HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA']
  const webSocket = ['Upgrade: websocket', 'Sec-WebSocket-Version: 13', 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==']
  t.match(await raw(['GET /me HTTP/1.1', ...common, ...upgrade, ...webSocket]), /^HTTP\/1\.1 200 [^]*"email":"alice@example\.com"/)
  t.match(await raw(['GET /me HTTP/1.1', ...common, ...upgrade, 'Upgrade: h2c']), /^HTTP\/1\.1 200 /)
  t.match(await raw(['PUT /session/data HTTP/1.1', ...common, ...upgrade, 'Upgrade: h2c', 'Content-Type: application/json', `Content-Length: ${body.length}`], body), /^HTTP\/1\.1 200 [^]*"key":"a"/, 'with its body')
  t.match(await raw(['POST /session/events HTTP/1.1', ...common, ...upgrade, ...webSocket, 'Content-Length: 0']), /^HTTP\/1\.1 405 /)
  t.match(await raw(['GET /session/events HTTP/1.1', ...common, ...upgrade, 'Upgrade: websocket']), /^HTTP\/1\.1 400 /, 'a handshake that is none')
})
