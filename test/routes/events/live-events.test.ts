import t from 'tap'
import { build, buildAnother, demo, inspector, login } from '../../harness.ts'
import { faultOf, socketOf, streamOf, type Told } from './clients.ts'

t.test('a socket and a stream are told the same, on every instance', async t => {
  // The socket and the stream come from two clients, of which the one that opens later may be told of the other.
  const { app, config } = await build(t, { BINDING_CLIENT: 'off' })
  const other = await buildAnother(t, config)
  const [alice, second, bob] = [await login(app), await login(app), await login(app, 'bob')]
  const socket = await socketOf(t, app, alice.credential)
  const stream = await streamOf(t, other, { 'x-session-id': alice.credential })
  const strangers = await socketOf(t, other, bob.credential)
  t.match(await socket.next('ready'), { sessionId: alice.id })
  t.match(await stream.next('ready'), { sessionId: alice.id })
  await strangers.next('ready')

  await second.call('PATCH', `/sessions/${second.id}`, { deviceName: 'TV "1"' })
  await alice.call('PUT', '/session/data', { key: 'cart', value: { items: [1, 2] } })
  await second.call('PUT', '/session/data', { key: 'own', value: 1 })
  const third = await login(other)
  await third.call('POST', '/logout')
  for (const { next } of [socket, stream]) {
    t.match(await next('device.renamed'), { sessionId: second.id, deviceName: 'TV "1"' })
    t.match(await next('data.changed'), { sessionId: alice.id, scope: 'session', key: 'cart', version: 1, value: { items: [1, 2] } })
    t.match(await next('device.joined'), { sessionId: third.id })
    t.match(await next('device.left'), { sessionId: third.id, reason: 'logged_out' })
  }
  const told = (all: object[]) => all.slice(1)
  t.strictSame(told(socket.all), told(stream.all))
  t.notOk(socket.all.some(({ key }) => key === 'own'), 'what another session has is its own')
  t.strictSame(strangers.all.map(({ type }) => type), ['ready'])
  t.match(stream.texts[2], /^id: \d+\nevent: device\.renamed\ndata: \{"id":"\d+","type":"device\.renamed","sessionId":/)
})

t.test('who asks again and again gets what there is, each time', async t => {
  const { app } = await build(t, { EVENTS_PER_SESSION: '1' })
  const alice = await login(app)
  const ask = async (after = '') => (await alice.call('GET', `/session/events${after}`)).json<{ events: Told[] }>().events
  const [ready] = await ask()
  t.match(ready, { type: 'ready', sessionId: alice.id })
  await alice.call('PUT', '/session/data', { key: 'a', value: [1] })
  await alice.call('DELETE', '/session/data/a')
  const events = await ask(`?after=${ready?.id}`)
  t.match(events, [{ type: 'ready' }, { type: 'data.changed', key: 'a', version: 1, value: [1] }, { type: 'data.changed', key: 'a', version: 2 }])
  t.notOk('value' in Object(events[2]))
  t.strictSame(events.map(faultOf), [null, null, null])
  t.match(await ask('?after=1'), [{ type: 'reset' }])
  await (await socketOf(t, app, alice.credential)).next('ready')
  t.match(await ask(), [{ type: 'ready' }], 'it is no connection')
  t.equal((await alice.call('GET', '/session/events?after=x')).statusCode, 400)
})

t.test('a session that is ended closes its socket on another instance, and its stream', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const alice = await login(app)
  const socket = await socketOf(t, app, alice.credential)
  const stream = await streamOf(t, app, { 'x-session-id': alice.credential })
  await Promise.all([socket.next('ready'), stream.next('ready')])
  await other.inject({ method: 'POST', url: '/logout', headers: { 'x-session-id': alice.credential } })
  t.strictSame(await socket.closed, { code: 4401, reason: 'logged_out' })
  t.match(socket.all.at(-1), { type: 'session.revoked', reason: 'logged_out' })
  await stream.ended
  t.match(stream.all.at(-1), { type: 'session.revoked', reason: 'logged_out' })
})

t.test('the others are told that nobody holds what a session held that has ended', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const [phone, laptop] = [await login(app), await login(app)]
  const taken = (await phone.call('PUT', '/me/active/playback', { state: 1 })).json<{ version: number }>()
  const { next } = await socketOf(t, other, laptop.credential)
  await next('ready')
  await phone.call('POST', '/logout')
  t.match(await next('device.left'), { sessionId: phone.id, reason: 'logged_out' })
  t.match(await next('active.changed'), { sessionId: phone.id, channel: 'playback', holder: null, formerHolder: phone.id, version: taken.version + 1 })
})

t.test('when one proves its password, the others are told under which id it goes on, and who holds what it held', async t => {
  const { app } = await build(t)
  const [phone, laptop] = [await login(app), await login(app)]
  await phone.call('PUT', '/me/active/playback', { state: 1 })
  const { next } = await socketOf(t, app, laptop.credential)
  await next('ready')
  const { sessionId } = (await phone.call('POST', '/session/reauthenticate', { password: demo.alice.password })).json<{ sessionId: string }>()
  const id = sessionId.slice(0, 36)
  t.match(await next('session.rotated'), { sessionId: id, formerSessionId: phone.id })
  t.match(await next('active.changed'), { channel: 'playback', holder: id, formerHolder: phone.id })
})

t.test('a device that reports its progress pushes nothing else out of the log', async t => {
  const { app } = await build(t)
  const [phone, laptop] = [await login(app), await login(app)]
  const before = await socketOf(t, app, laptop.credential)
  const { id } = await before.next('ready')
  before.socket.close()
  await phone.call('PUT', '/me/data', { key: 'cart', value: 1 })
  for (let i = 0; i < 200; i++) await phone.call('PUT', '/me/active/playback', { state: i })
  await phone.call('PUT', '/me/data', { key: 'cart', value: 2 })
  const after = await socketOf(t, app, laptop.credential, { after: id })
  await after.next('ready')
  t.match(await after.next('data.changed'), { value: 1 })
  t.match(await after.next('active.changed'), { holder: phone.id, formerHolder: null })
  const { version } = await after.next('active.changed')
  t.match((await laptop.call('GET', '/me/active/playback')).json(), { version, state: 199 })
  t.match(await after.next('data.changed'), { value: 2 })
})

t.test('what is told through a proxy is not held back, and a deleted account has no log', async t => {
  const { app, config } = await build(t)
  const redis = await inspector(t)
  const alice = await login(app)
  const { response, next } = await streamOf(t, app, { 'x-session-id': alice.credential })
  t.equal(response.headers.get('x-accel-buffering'), 'no')
  await next('ready')
  const log = `${config.KEY_PREFIX}user-events:{${alice.id.slice(0, 4)}}:1`
  t.equal(await redis.exists(log), 1)
  await (await login(app, 'admin')).call('DELETE', '/admin/users/1')
  t.equal(await redis.exists(log), 0)
})
