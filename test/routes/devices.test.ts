import t from 'tap'
import { build, demo, inspector, login } from '../harness.ts'
import { snapshots } from '../store/snapshot.ts'
import { isInvalid, isProblem } from './problem.ts'

type App = Awaited<ReturnType<typeof build>>['app']

async function loginOn (app: App, device: object, who: keyof typeof demo = 'alice') {
  const response = await app.inject({ method: 'POST', url: '/login', payload: { ...demo[who], ...device } })
  t.equal(response.statusCode, 200, response.body)
  const { sessionId } = response.json<{ sessionId: string }>()
  const call = (url: string) => app.inject({ url, headers: { 'x-session-id': sessionId } })
  return { id: sessionId.slice(0, 36), sessionId, call }
}

t.test('a login may say what its device is called and can do; this session and the list show it', async t => {
  const { app } = await build(t)
  const plain = await login(app)
  const tv = await loginOn(app, { deviceId: 'serial 4711', deviceName: 'TV 📺', capabilities: ['4K', 'HDR10+', 'Dolby Vision'] })
  const shown = { deviceName: 'TV 📺', capabilities: ['4K', 'HDR10+', 'Dolby Vision'] }
  t.match((await tv.call('/session')).json(), { ...shown, device: { type: 'unknown' } })
  const list = await plain.call('GET', '/sessions')
  const { sessions } = list.json<{ sessions: Array<{ sessionId: string }> }>()
  t.match(sessions.find(({ sessionId }) => sessionId === tv.id), shown)
  t.notMatch(JSON.stringify(sessions.find(({ sessionId }) => sessionId === plain.id)), /deviceName|capabilities/)
  t.notMatch(list.body, /deviceId|serial-4711/)
})

t.test('of a device id only a keyed hash is stored, and it is shown nowhere', async t => {
  const { app, config, logs } = await build(t)
  const tv = await loginOn(app, { deviceId: 'serial-4711-0815' })
  const stored = JSON.stringify(await snapshots(await inspector(t), config.KEY_PREFIX))
  const [, hash = ''] = /"h","([\w-]{6})"/.exec(stored) ?? []
  t.match(hash, /^[\w-]{6}$/)
  for (const text of [stored, logs.join(''), (await tv.call('/session')).body, (await tv.call('/sessions')).body]) t.notMatch(text, /serial-4711/)
  t.notMatch((await tv.call('/session')).body, hash)
})

t.test('a login from a device replaces the session that the account has there', async t => {
  const { app } = await build(t)
  const [old, phone, foreign] = [await loginOn(app, { deviceId: 'tv' }), await loginOn(app, { deviceId: 'phone' }), await loginOn(app, { deviceId: 'tv' }, 'bob')]
  const fresh = await loginOn(app, { deviceId: 'tv' })
  isProblem(t, await old.call('/me'), 401, 'invalid_session')
  for (const session of [phone, foreign, fresh]) t.equal((await session.call('/me')).statusCode, 200)
  t.equal((await fresh.call('/sessions')).json().count, 2)
  t.equal(await app.sessions.countLive(), 3)
})

t.test('what is told of a device is bounded', async t => {
  const { app } = await build(t)
  const refused = async (device: object, ...places: string[]) => isInvalid(t, await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, ...device } }), places, JSON.stringify(device).replace(/[^ -~]/g, '?'))
  for (const deviceId of ['', 'x'.repeat(129), 'a\nb', '\u0000', 'a\u202eb', '\ud800', 7, null]) await refused({ deviceId }, 'body/deviceId')
  for (const deviceName of ['', ' ', ' x', '\u00a0x', 'x'.repeat(65), '😀'.repeat(65), 'a\tb', 'a\u2028b', 'a\u0085b', 'a\udc00', 7, null]) await refused({ deviceName }, 'body/deviceName')
  await refused({ capabilities: 'x' }, 'body/capabilities')
  await refused({ capabilities: Array.from({ length: 17 }, (_, i) => `${i}`) }, 'body/capabilities')
  await refused({ capabilities: ['4K', '4K'] }, 'body/capabilities')
  for (const capability of ['', 'a,b', ' a', 'x'.repeat(25), 'é', 4]) await refused({ capabilities: ['4K', capability] }, 'body/capabilities/1')
  await refused({ deviceHash: 'x' }, 'body/deviceHash')
  await loginOn(app, { deviceId: 'x'.repeat(128), deviceName: '😀'.repeat(64), capabilities: Array.from({ length: 16 }, (_, i) => `${i}`.padEnd(24, '+')) })
})

t.test('any of my sessions can be named, also another one than this', async t => {
  const { app } = await build(t)
  const [laptop, tv] = [await login(app), await loginOn(app, { deviceName: 'TV' })]
  const response = await laptop.call('PATCH', `/sessions/${tv.id}`, { deviceName: 'TV upstairs' })
  t.equal(response.statusCode, 200)
  t.strictSame(response.json(), { message: 'Session renamed', sessionId: tv.id, deviceName: 'TV upstairs' })
  t.equal((await tv.call('/session')).json().deviceName, 'TV upstairs')
  t.equal((await laptop.call('PATCH', `/sessions/${laptop.id}`, { deviceName: 'This one' })).statusCode, 200)
  t.equal((await laptop.call('GET', '/session')).json().deviceName, 'This one')
  for (const deviceName of ['', ' x', 'x'.repeat(65), 'a\u0007', null]) isInvalid(t, await laptop.call('PATCH', `/sessions/${tv.id}`, { deviceName }), ['body/deviceName'])
  isInvalid(t, await laptop.call('PATCH', `/sessions/${tv.id}`, {}), ['body/deviceName'])
  isInvalid(t, await laptop.call('PATCH', `/sessions/${tv.id}`, { deviceName: 'x', capabilities: [] }), ['body/capabilities'])
  isInvalid(t, await laptop.call('PATCH', '/sessions/ALL', { deviceName: 'x' }), ['params/sessionId'])
})

t.test('a dead, an unknown and somebody else’s session cannot be named, and answer alike', async t => {
  const { app } = await build(t)
  const [alice, dead, bob] = [await login(app), await login(app), await loginOn(app, { deviceName: 'Bob’s' }, 'bob')]
  await dead.call('POST', '/logout')
  const answers = await Promise.all([dead.id, '00000000-0000-4000-8000-000000000000', bob.id].map(id => alice.call('PATCH', `/sessions/${id}`, { deviceName: 'x' })))
  for (const answer of answers) isProblem(t, answer, 404, 'session_not_found')
  t.equal(new Set(answers.map(({ body }) => body)).size, 1, 'one body')
  t.equal((await bob.call('/session')).json().deviceName, 'Bob’s')
})
