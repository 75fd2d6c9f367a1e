import t from 'tap'
import { build, demo, login } from '../harness.ts'
import { isProblem } from './problem.ts'

t.test('one device is active at a time; taking over keeps the state, and whoever reports with an old version is refused', async t => {
  const { app } = await build(t)
  const [phone, laptop, bob] = [await login(app), await login(app), await login(app, 'bob')]
  t.strictSame((await phone.call('GET', '/me/active/playback')).json(), { channel: 'playback', version: 0, holder: null, current: false, since: null, state: null })
  const state = { track: 'track-9', positionMs: 92_000, queue: [], marks: {} }
  const first = await phone.call('PUT', '/me/active/playback', { state })
  t.equal(first.statusCode, 200)
  const { version } = first.json()
  t.match(first.json(), { channel: 'playback', holder: phone.id, current: true, since: /^\d{13}$/, state })
  const second = await laptop.call('PUT', '/me/active/playback', {})
  t.match(second.json(), { version: version + 1, holder: laptop.id, current: true })
  t.strictSame(second.json().state, state)
  const late = await phone.call('PUT', '/me/active/playback', { state: { positionMs: 93_000 }, ifVersion: version })
  isProblem(t, late, 412, 'version_conflict')
  t.equal(late.json().currentVersion, version + 1)
  t.strictSame((await phone.call('GET', '/me/active/playback')).json(), { ...second.json(), current: false })
  t.match((await bob.call('GET', '/me/active/playback')).json(), { holder: null })

  isProblem(t, await phone.call('DELETE', '/me/active/playback'), 409, 'not_the_holder')
  t.strictSame((await laptop.call('DELETE', '/me/active/playback')).json(), { message: 'Channel released' })
  t.match((await phone.call('GET', '/me/active/playback')).json(), { holder: null, current: false, since: null, state })
})

t.test('the end of the session that is active leaves none, and a proven password does not', async t => {
  const { app } = await build(t)
  const [phone, laptop] = [await login(app), await login(app)]
  await phone.call('PUT', '/me/active/playback', { state: 1 })
  const { sessionId } = (await phone.call('POST', '/session/reauthenticate', { password: demo.alice.password })).json()
  t.match((await laptop.call('GET', '/me/active/playback')).json(), { holder: sessionId.slice(0, 36), state: 1 })
  await laptop.call('DELETE', `/sessions/${sessionId.slice(0, 36)}`)
  t.match((await laptop.call('GET', '/me/active/playback')).json(), { holder: null, state: 1 })
})

t.test('a state that is too large, and a channel too many, are refused', async t => {
  const { app } = await build(t)
  const phone = await login(app)
  isProblem(t, await phone.call('PUT', '/me/active/playback', { state: 'x'.repeat(5000) }), 413, 'data_limit_exceeded')
  isProblem(t, await phone.call('PUT', '/me/active/Playback', {}), 400, 'validation_failed')
  isProblem(t, await phone.call('PUT', '/me/active/playback', { ifVersion: -1 }), 400, 'validation_failed')
  for (let i = 0; i < 16; i++) t.equal((await phone.call('PUT', `/me/active/c${i}`, {})).statusCode, 200)
  const refused = await phone.call('PUT', '/me/active/one-more', {})
  isProblem(t, refused, 409, 'too_many_channels')
  t.equal(refused.json().max, 16)
})

t.test('as many sessions as are allowed have a place; the next one learns who has them', async t => {
  const { app } = await build(t, { CHANNEL_LIMITS: 'streams:2' })
  const [one, two, three] = [await login(app), await login(app), await login(app)]
  t.match((await one.call('POST', '/me/leases/streams')).json(), { channel: 'streams', limit: 2, holders: [{ sessionId: one.id, current: true, until: /^\d{13}$/ }] })
  t.equal((await two.call('POST', '/me/leases/streams')).json().holders.length, 2)
  const full = await three.call('POST', '/me/leases/streams')
  isProblem(t, full, 409, 'lease_limit_reached')
  t.equal(full.json().max, 2)
  t.strictSame(full.json().holders.map((holder: { sessionId: string }) => holder.sessionId).sort(), [one.id, two.id].sort())
  t.equal((await one.call('POST', '/me/leases/streams')).statusCode, 200, 'a renewal')
  await two.call('POST', '/logout')
  t.match((await three.call('POST', '/me/leases/streams')).json(), { holders: { length: 2 } })
  t.strictSame((await one.call('DELETE', '/me/leases/streams')).json(), { message: 'Lease released' })
  isProblem(t, await one.call('DELETE', '/me/leases/streams'), 409, 'not_the_holder')
  t.match((await one.call('GET', '/me/leases/streams')).json(), { limit: 2, holders: [{ sessionId: three.id, current: false }] })
  for (const method of ['POST', 'GET', 'DELETE'] as const) isProblem(t, await one.call(method, '/me/leases/playback'), 404, 'channel_not_found')
})
