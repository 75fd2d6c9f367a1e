import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { privateRedis } from '../../faults/private-redis.ts'
import { SUBPROTOCOL } from '../../../src/plugins/live-guard.ts'
import { build, buildAnother, demo, inspector, login } from '../../harness.ts'
import { addService } from '../service.ts'
import { socketOf, socketTo, streamOf } from './clients.ts'

/** How long after the end was acknowledged a socket may stay open, and a busy machine. */
const BOUND_MS = 1000
const SLACK_MS = 500

interface Scene {
  /** Where the socket is not. */
  other: FastifyInstance
  alice: Awaited<ReturnType<typeof login>>
}

type End = (scene: Scene) => Promise<unknown>

const call = (app: FastifyInstance, credential: string, method: 'POST' | 'DELETE' | 'PATCH', url: string, payload?: object) =>
  app.inject({ method, url, headers: { 'x-session-id': credential }, ...(payload && { payload }) })

const ends: Record<string, [reason: string, end: End, env?: Record<string, string>]> = {
  'a log-out': ['logged_out', ({ other, alice }) => call(other, alice.credential, 'POST', '/logout')],
  'the end of one': ['ended_by_user', async ({ other, alice }) => (await login(other)).call('DELETE', `/sessions/${alice.id}`)],
  'the end of all': ['ended_all', async ({ other }) => (await login(other)).call('DELETE', '/sessions/all')],
  'a login over the limit': ['evicted', ({ other }) => login(other), { SESSION_LIMIT: '1' }],
  'a change of password': ['password_changed', async ({ other }) => (await login(other)).call('POST', '/me/password', { currentPassword: demo.alice.password, newPassword: 'seven otters sing' })],
  'an administrator who sets a password': ['password_changed', async ({ other }) => (await login(other, 'admin')).call('POST', '/admin/users/1/password', { password: 'seven otters sing' })],
  'an administrator who disables the account': ['disabled', async ({ other }) => (await login(other, 'admin')).call('PATCH', '/admin/users/1', { disabled: true })],
  'an administrator who deletes the account': ['account_deleted', async ({ other }) => (await login(other, 'admin')).call('DELETE', '/admin/users/1')],
  'an administrator who gives another role': ['roles_changed', async ({ other }) => (await login(other, 'admin')).call('PATCH', '/admin/users/1', { roles: ['editor'] })],
  'a use from where it may not be': ['binding_violated', ({ other, alice }) => other.inject({ url: '/me', headers: { 'x-session-id': alice.credential }, remoteAddress: '203.0.113.9' }), { BINDING_NETWORK: 'enforce' }],
  'another service': ['ended_by_service', async ({ other, alice }) => (await addService(other, 'support', { scopes: ['sessions:revoke'] })).call('DELETE', `/v1/sessions/${alice.id}`)],
  'a log-out of everybody': ['everybody_ended', ({ other }) => other.sessions.endEverybody()],
  'a proof of the password': ['reauthenticated', ({ other, alice }) => call(other, alice.credential, 'POST', '/session/reauthenticate', { password: demo.alice.password })],
  'a stolen credential': ['reuse_detected', ({ other, alice }) => other.inject({ url: '/me', headers: { 'x-session-id': alice.credential } }), { ROTATION_GRACE_SECONDS: '0' }]
}

/** Alice, and the credential that opens her socket: where the first one is stolen it is the next one, because no connection outlives what opened it. */
async function listening (app: FastifyInstance, reason: string) {
  const alice = await login(app)
  if (reason !== 'reuse_detected') return { alice, credential: alice.credential }
  const rotated = await call(app, alice.credential, 'POST', '/session/rotate')
  return { alice, credential: rotated.json<{ sessionId: string }>().sessionId }
}

async function closesInTime (t: Test, env: Record<string, string>, reason: string, end: End): Promise<number> {
  const { app, config } = await build(t, env)
  const other = await buildAnother(t, config)
  const { alice, credential } = await listening(app, reason)
  const { next, all, closed } = await socketOf(t, app, credential)
  await next('ready')
  await end({ other, alice })
  const endedAtMs = performance.now()
  t.strictSame(await closed, { code: 4401, reason })
  const tookMs = performance.now() - endedAtMs
  t.ok(tookMs < BOUND_MS + SLACK_MS, 'in time')
  t.match(all.at(-1), { type: 'session.revoked', sessionId: alice.id, reason })
  return tookMs
}

for (const [name, [reason, end, env = {}]] of Object.entries(ends)) {
  t.test(`${name} on another instance closes a socket`, async t => { await closesInTime(t, env, reason, end) })
}

const expiries: Record<string, [reason: string, env: Record<string, string>]> = {
  'a session that is not used any more': ['expired_idle', { SESSION_IDLE_SECONDS: '2', TOUCH_INTERVAL_MS: '0', SESSION_ABSOLUTE_SECONDS: '60' }],
  'a session that has had its time': ['expired_absolute', { SESSION_IDLE_SECONDS: '60', SESSION_ABSOLUTE_SECONDS: '3' }]
}

/** It is used once more on the other instance, which puts idle expiry off, and nobody does anything when it ends. */
async function expiresInTime (t: Test, env: Record<string, string>, reason: string) {
  const { app, config } = await build(t, env)
  const other = await buildAnother(t, config)
  const alice = await login(app)
  const { all, next, closed } = await socketOf(t, app, alice.credential)
  await next('ready')
  // Redis has the clock.
  await sleep(1000)
  const { expiresAt } = (await other.inject({ url: '/session', headers: { 'x-session-id': alice.credential } })).json<{ expiresAt: string }>()
  t.strictSame(await closed, { code: 4401, reason })
  const lateMs = Date.now() - Number(expiresAt)
  t.ok(lateMs > -50 && lateMs < BOUND_MS + SLACK_MS, `${lateMs} ms`)
  t.match(all.at(-1), { type: 'session.revoked', sessionId: alice.id, reason })
}

for (const [name, [reason, env]] of Object.entries(expiries)) {
  t.test(`${name} closes its socket on another instance than it was used on, in time`, t => expiresInTime(t, env, reason))
}

t.test('a session that is not used ends, however much its socket listens', async t => { await closesInTime(t, { SESSION_IDLE_SECONDS: '1', TOUCH_INTERVAL_MS: '0', SESSION_ABSOLUTE_SECONDS: '60' }, 'expired_idle', async () => {}) })

/** What a client does that only listens, each time anew; resolves to the status that it was answered. */
const listens: Record<string, (t: Test, app: FastifyInstance, alice: Scene['alice']) => Promise<number>> = {
  async 'a stream' (t, app, { credential }) {
    const { response, leave } = await streamOf(t, app, { 'x-session-id': credential })
    leave()
    return response.status
  },
  'asking again and again': async (_t, _app, { call }) => (await call('GET', '/session/events')).statusCode,
  'tickets that nobody uses': async (_t, _app, { call }) => (await call('POST', '/session/events/ticket')).statusCode,
  'a socket by the credential': async (t, app, { credential }) => opened(await socketOf(t, app, credential)),
  async 'a socket by a ticket' (t, app, { call }) {
    const issued = await call('POST', '/session/events/ticket')
    return issued.statusCode === 200 ? opened(await socketTo(t, app, { protocols: [SUBPROTOCOL, `ticket.${issued.json<{ ticket: string }>().ticket}`] })) : issued.statusCode
  }
}

/** 101, or as what it was refused; closed again. */
async function opened ({ socket, refused }: Awaited<ReturnType<typeof socketTo>>): Promise<number> {
  const status = await Promise.race([once(socket, 'open').then(() => 101), refused])
  socket.terminate()
  return status
}

for (const [name, listen] of Object.entries(listens)) {
  t.test(`${name} keeps no session alive, however often it is opened; a request in between does`, async t => {
    const { app } = await build(t, { SESSION_IDLE_SECONDS: '1', TOUCH_INTERVAL_MS: '0', SESSION_ABSOLUTE_SECONDS: '60' })
    const alice = await login(app)
    const listenFor = async (ms: number, act: () => Promise<unknown>): Promise<number> => {
      const untilMs = performance.now() + ms
      let status = 200
      while (status < 400 && performance.now() < untilMs) {
        await act()
        status = await listen(t, app, alice)
        await sleep(50)
      }
      return status
    }
    t.ok(await listenFor(2000, () => alice.call('GET', '/me')) < 400, 'alive, by what else it is used for')
    const usedAtMs = performance.now()
    t.equal(await listenFor(4000, async () => {}), 401)
    const idleMs = performance.now() - usedAtMs
    t.ok(idleMs > 800 && idleMs < 1000 + BOUND_MS, `after ${idleMs} ms`)
    t.equal((await alice.call('GET', '/me')).statusCode, 401)
  })
}

t.test('expiry is told before, and comes when it was told', async t => {
  const { app } = await build(t, { SESSION_IDLE_SECONDS: '60', SESSION_ABSOLUTE_SECONDS: '2' })
  const alice = await login(app)
  const { next, closed } = await socketOf(t, app, alice.credential)
  const { at, by } = await next('session.expiring')
  t.equal(by, 'absolute')
  t.strictSame(await closed, { code: 4401, reason: 'expired_absolute' })
  const lateMs = Date.now() - Number(at)
  t.ok(lateMs > -50 && lateMs < BOUND_MS + SLACK_MS, `${lateMs} ms`)
})

t.test('a user who is there keeps the session alive, and nothing else of the socket does', async t => {
  const { app } = await build(t, { SESSION_IDLE_SECONDS: '2', TOUCH_INTERVAL_MS: '0', EVENTS_HEARTBEAT_SECONDS: '1' })
  const alice = await login(app)
  const { socket, next, closed, all } = await socketOf(t, app, alice.credential)
  const times: number[] = []
  for (let i = 0; i < 3; i++) {
    const { at, by } = await next('session.expiring')
    t.equal(by, 'idle')
    times.push(Number(at))
    socket.send('{"type":"ping"}')
    await next('pong')
  }
  t.ok(Number(times[2]) - Number(times[0]) > 2000, 'longer than it would have lived')
  t.strictSame(await closed, { code: 4401, reason: 'expired_idle' })
  t.ok(all.some(({ type }) => type === 'heartbeat'))
})

t.test('it ends no earlier than the idle time after the last sign of its user, however soon that came after another', async t => {
  const { app } = await build(t, { SESSION_IDLE_SECONDS: '2', TOUCH_INTERVAL_MS: '0' })
  const alice = await login(app)
  const { socket, next, closed } = await socketOf(t, app, alice.credential)
  await next('ready')
  for (const pauseMs of [0, 400, 400, 900]) {
    await sleep(pauseMs)
    socket.send('{"type":"ping"}')
  }
  const sentAtMs = performance.now()
  t.match(await closed, { reason: 'expired_idle' })
  const idleMs = performance.now() - sentAtMs
  t.ok(idleMs >= 1990 && idleMs < 2000 + BOUND_MS, `${idleMs} ms`)
})

t.test('with every message lost it is the same', async t => {
  const redis = await privateRedis(t, 'tcp')
  await redis.ask('ACL', 'SETUSER', 'deaf', 'on', '>s3cret', '~*', 'resetchannels', '+@all')
  const deaf = { REDIS_URL: redis.url.replace('//', '//deaf:s3cret@') }
  const tookMs: number[] = []
  for (const [name, [reason, end, env = {}]] of Object.entries(ends)) {
    await t.test(name, async t => { tookMs.push(await closesInTime(t, { ...env, ...deaf }, reason, end)) })
  }
  const half = tookMs.sort((a, b) => a - b)[tookMs.length >> 1] ?? NaN
  t.ok(half < BOUND_MS, `half of them within ${half} ms`)
  for (const [name, [reason, env]] of Object.entries(expiries)) {
    await t.test(name, t => expiresInTime(t, { ...env, ...deaf }, reason))
  }
  await t.test('also from one moment to the next', async t => {
    await redis.ask('ACL', 'SETUSER', 'hearing', 'on', '>s3cret', '~*', '&*', '+@all')
    const { app, config } = await build(t, { REDIS_URL: redis.url.replace('//', '//hearing:s3cret@') })
    const other = await buildAnother(t, config)
    const alice = await login(app)
    const { next, closed } = await socketOf(t, app, alice.credential)
    await next('ready')
    while (!app.changes().isProven()) await sleep(10)
    await redis.ask('ACL', 'SETUSER', 'hearing', 'resetchannels')
    await call(other, alice.credential, 'POST', '/logout')
    const endedAtMs = performance.now()
    t.strictSame(await closed, { code: 4401, reason: 'logged_out' })
    t.ok(performance.now() - endedAtMs < BOUND_MS + SLACK_MS)
  })
  await t.test('what is told comes all the same', async t => {
    const { app, config } = await build(t, deaf)
    const other = await buildAnother(t, config)
    const alice = await login(app)
    const { next } = await socketOf(t, app, alice.credential)
    await next('ready')
    const joined = await login(other)
    t.match(await next('device.joined'), { sessionId: joined.id })
  })
})

t.test('what others go on to write is not told to a session that has ended', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const [alice, writing] = [await login(app), await login(other)]
  const { next, all, closed } = await socketOf(t, app, alice.credential)
  await next('ready')
  let [written, endedBehind] = [0, Infinity]
  const write = async (): Promise<void> => {
    const { statusCode } = await writing.call('PUT', '/me/data', { key: 'count', value: ++written })
    t.equal(statusCode, 200)
  }
  for (let i = 0; i < 40; i++) {
    await write()
    if (i !== 20) continue
    while (all.at(-1)?.value !== written) await sleep(1)
    const [{ statusCode }] = await Promise.all([call(other, alice.credential, 'POST', '/logout'), write()])
    t.equal(statusCode, 200)
    endedBehind = written
  }
  t.strictSame(await closed, { code: 4401, reason: 'logged_out' })
  t.match(all.at(-1), { type: 'session.revoked' })
  const told = all.filter(({ type }) => type === 'data.changed').map(({ value }) => Number(value))
  t.strictSame(told, Array.from(told, (_, i) => i + 1), 'each once and in order')
  t.ok(told.length >= 21 && told.length <= endedBehind, `${told.length} of ${written}`)
})

t.test('a socket does not outlive the credential that opened it, nor does a ticket', async t => {
  const { app, config } = await build(t, { ROTATION_GRACE_SECONDS: '1' })
  const other = await buildAnother(t, config)
  const alice = await login(app)
  const ticket = async () => (await alice.call('POST', '/session/events/ticket')).json<{ ticket: string }>().ticket
  const [stolen, byTicket, late] = [await socketOf(t, other, alice.credential), await socketTo(t, other, { protocols: [SUBPROTOCOL, `ticket.${await ticket()}`] }), await ticket()]
  const stream = await streamOf(t, other, { 'x-session-id': alice.credential })
  await Promise.all([stolen, byTicket, stream].map(({ next }) => next('ready')))
  const successor = (await call(app, alice.credential, 'POST', '/session/rotate')).json<{ sessionId: string }>().sessionId
  const own = await socketOf(t, app, successor)
  await own.next('ready')
  for (const { closed } of [stolen, byTicket]) t.strictSame(await closed, { code: 4409, reason: 'credential_replaced' })
  await stream.ended
  t.equal(await (await socketTo(t, app, { protocols: [SUBPROTOCOL, `ticket.${late}`] })).refused, 401)
  t.equal(own.socket.readyState, own.socket.OPEN, 'that of the new one stays')
  t.equal((await app.inject({ url: '/me', headers: { 'x-session-id': successor } })).statusCode, 200, 'and nobody is logged out')
})

t.test('others are told soon when a session has expired', async t => {
  const { app } = await build(t, { SESSION_IDLE_SECONDS: '1', TOUCH_INTERVAL_MS: '0', SESSION_ABSOLUTE_SECONDS: '60' })
  const [short, watching] = [await login(app), await login(app)]
  const [{ closed }, { socket, next }] = [await socketOf(t, app, short.credential), await socketOf(t, app, watching.credential)]
  const user = setInterval(() => socket.send('{"type":"ping"}'), 300)
  t.teardown(() => clearInterval(user))
  await short.call('PUT', '/me/active/playback', { state: 1 })
  t.match(await closed, { code: 4401, reason: 'expired_idle' })
  const closedAtMs = performance.now()
  t.match(await next('device.left'), { sessionId: short.id, reason: 'expired_idle' })
  t.match(await next('active.changed'), { holder: null })
  t.ok(performance.now() - closedAtMs < 1000)
})

t.test('a log that is damaged keeps no session’s end from its socket', async t => {
  const { app, config } = await build(t)
  const redis = await inspector(t)
  const alice = await login(app)
  const { next, closed } = await socketOf(t, app, alice.credential)
  await next('ready')
  const damaged = ['user-events', 'user-presence'].map(name => `${config.KEY_PREFIX}${name}:{${alice.id.slice(0, 4)}}:1`)
  for (const key of damaged) await redis.set(key, 'damaged')
  await alice.call('POST', '/logout')
  t.strictSame(await closed, { code: 4401, reason: 'logged_out' })
  for (const key of damaged) await redis.del(key)
})
