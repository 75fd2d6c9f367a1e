import { EventEmitter } from 'node:events'
import t from 'tap'
import { createSessionStore } from '../src/express-session.ts'
import { until } from './service.ts'
import { sessionFor, startStores, verbsOf } from './store-verbs.ts'

const hour = 3_600_000
const { shop, options, store, sessionsOf, holdersOf } = await startStores(t)

t.test('what is set is got, by every process, until it is destroyed', async t => {
  const [one, two] = [store(), store()]
  t.equal(await one.get('s1'), null)
  const session = sessionFor(hour, { cart: [1, { a: null }], none: null, gone: undefined, text: 'ü' })
  await one.set('s1', session)
  session.cart = 'changed later'
  const expected = { cookie: { path: '/', originalMaxAge: hour }, cart: [1, { a: null }], none: null, text: 'ü' }
  for (const each of [one, two]) {
    const found = await each.get('s1')
    t.match(found, expected)
    t.notOk('gone' in Object(found))
    t.strictSame(Object.keys(Object(found)).sort(), ['cart', 'cookie', 'none', 'text'])
  }
  await two.destroy('s1')
  for (const each of [one, two, store()]) t.equal(await each.get('s1'), null)
  await two.destroy('s1')
  await two.destroy('never was')
})

t.test('a member that is not there any more is gone', async t => {
  const one = store()
  await one.set('s2', sessionFor(hour, { a: 1, b: 2 }))
  await one.set('s2', sessionFor(hour, { b: 3 }))
  t.match(await store().get('s2'), { a: undefined, b: 3 })
})

t.test('it is no session any more when its time is over, and nothing is left of it', async t => {
  const one = store({ userOf: () => 'timed' })
  await one.set('s3', sessionFor(2000))
  t.not(await one.get('s3'), null)
  await until(async () => await one.get('s3') === null)
  await until(async () => (await holdersOf('s3')).length + (await sessionsOf('timed')).length === 0)
  await one.set('s4', sessionFor(hour))
  await one.set('s4', sessionFor(-1))
  t.strictSame([await one.get('s4'), (await holdersOf('s4')).length], [null, 0], 'one that is over when it is stored')
})

t.test('a touch moves the deadline and the dates of the cookie, and nothing else', async t => {
  const one = store({ userOf: () => 'touched' })
  await one.set('s5', sessionFor(10_000, { a: 1 }))
  await one.touch('s5', sessionFor(hour, { a: 2 }))
  const found = await store().get('s5')
  t.match(found, { a: 1, cookie: { originalMaxAge: hour } })
  for (const { idleExpiresAt } of [...await holdersOf('s5'), ...await sessionsOf('touched')]) t.ok(Number(idleExpiresAt) > Date.now() + hour - 5000)
  await one.touch('never was', sessionFor(hour))
  t.equal(await one.get('never was'), null)
  await one.touch('s5', sessionFor(10_000))
  t.match(await store().get('s5'), { cookie: { originalMaxAge: 10_000 } }, 'also to an earlier one')
  await one.destroy('s5')
  await one.touch('s5', sessionFor(hour))
  t.equal(await one.get('s5'), null)
})

/** How often the service is asked by one store. */
function counting (more: object = {}) {
  const counted = { calls: [] as string[] }
  const verbs = store({
    ...more,
    async fetch (url, init) {
      counted.calls.push(`${init?.method} ${new URL(String(url)).pathname.replace(/[0-9a-f-]{36}/, ':id')}`)
      return fetch(url, init)
    }
  })
  return {
    ...verbs,
    counted,
    count: async (work: () => Promise<unknown>) => {
      counted.calls = []
      await work()
      return counted.calls.length
    }
  }
}

t.test('each verb asks the service as often as the documentation says', async t => {
  const one = counting({ userOf: ({ userId }: { userId?: string }) => userId })
  t.equal(await one.count(() => one.set('s6', sessionFor(hour))), 4, 'find, open, write, extend')
  t.equal(await one.count(() => one.get('s6')), 1)
  t.equal(await one.count(() => one.set('s6', sessionFor(hour))), 1)
  t.equal(await one.count(() => one.touch('s6', sessionFor(hour))), 0)
  t.equal(await one.count(() => one.touch('s6', sessionFor(hour + 30_000))), 0)
  t.equal(await one.count(() => one.touch('s6', sessionFor(hour + 90_000))), 1)
  t.equal(await one.count(() => one.get('unknown')), 1)
  t.equal(await one.count(() => one.destroy('s6')), 2)
  t.equal(await one.count(() => one.get('s6')), 0)
  await one.set('s7', sessionFor(hour, { userId: 'counted' }))
  t.equal(await one.count(() => one.get('s7')), 2)
  t.equal(await one.count(() => one.set('s7', sessionFor(hour, { userId: 'counted' }))), 2)
  const other = counting()
  t.equal(await other.count(() => other.get('s7')), 3, 'in another process the first time')
  t.equal(await other.count(() => other.get('s7')), 2)
})

t.test('whoever stores one sid at the same time, on however many processes, stores one session', async t => {
  const stores = Array.from({ length: 6 }, () => store({ userOf: () => 'crowded' }))
  await Promise.all(stores.map((each, i) => each.set('s8', sessionFor(hour, { by: i, [`member${i}`]: i }))))
  t.equal((await holdersOf('s8')).length, 1)
  t.equal((await sessionsOf('crowded')).length, 1, 'and one of its user')
  const found = await Promise.all([...stores, store()].map(each => each.get('s8')))
  t.equal(new Set(found.map(session => JSON.stringify(session))).size, 1, 'the same for all')
  const by = Object(found[0]).by
  t.strictSame(Object.keys(Object(found[0])).sort(), ['by', 'cookie', `member${by}`], 'as one of them stored it')
})

t.test('what has ended is not stored again: by this process, by another one that knew it, by one that never did', async t => {
  const [one, two] = [store(), store()]
  await one.set('s9', sessionFor(hour))
  await two.get('s9')
  await one.destroy('s9')
  for (const each of [one, two, store()]) {
    await each.set('s9', sessionFor(hour, { late: true }))
    t.equal(await each.get('s9'), null)
  }
  t.strictSame(await holdersOf('s9'), [])
  const again = store()
  await Promise.all([again.set('s10', sessionFor(hour)), again.destroy('s10')])
  t.equal(await again.get('s10'), null, 'also while it is stored for the first time')
  await until(async () => (await holdersOf('s10')).length === 0)
})

t.test('of a sid that is not remembered the service is asked', async t => {
  const forgetful = store({ remembered: 1 })
  await forgetful.set('s11', sessionFor(hour, { a: 1 }))
  await forgetful.set('s12', sessionFor(hour, { a: 2 }))
  t.match(await forgetful.get('s11'), { a: 1 })
  await forgetful.set('s12', sessionFor(hour, { a: 3 }))
  t.match(await store().get('s12'), { a: 3 })
  await forgetful.destroy('s12')
  await forgetful.get('s11')
  await forgetful.set('s12', sessionFor(hour))
  t.equal(await forgetful.get('s12'), null, 'what it has forgotten has ended all the same')
})

t.test('applications with different prefixes have nothing in common', async t => {
  await store({ prefix: 'shop:' }).set('s13', sessionFor(hour))
  t.equal(await store().get('s13'), null)
  t.not(await store({ prefix: 'shop:' }).get('s13'), null)
})

t.test('userOf may say all that the service takes of a session, and of nobody', async t => {
  const one = store({
    userOf: ({ user }) => user === null ? null : { userId: 'heidi', profile: { name: 'Heidi', roles: ['customer'] }, ipAddress: '203.0.113.7', userAgent: 'x'.repeat(600), deviceName: 'TV' }
  })
  await one.set('s14', sessionFor(hour, { user: 1 }))
  t.match(await sessionsOf('heidi'), [{ ipAddress: '203.0.113.7', userAgent: 'x'.repeat(512), deviceName: 'TV' }])
  await one.set('s14', sessionFor(hour, { user: null }))
  t.strictSame([(await sessionsOf('heidi')).length, (await holdersOf('s14')).length], [0, 1])
})

t.test('a service with a prefix keeps everything under it', async t => {
  const { service, options, shop } = await startStores(t)
  const session = await service.logIn({ email: 'admin@example.com', password: 'admin789' })
  const { body } = await service.client.createCaller({ session, body: { name: 'prefixed', scopes: ['sessions:read', 'sessions:create', 'sessions:write', 'sessions:revoke'], dataPrefix: 'web.' } })
  const prefixed = () => verbsOf(createSessionStore({ ...options, key: body.key, dataPrefix: 'web.' }))
  const one = prefixed()
  await one.set('s15', sessionFor(hour, { a: 1 }))
  await one.touch('s15', sessionFor(2 * hour))
  t.match(await prefixed().get('s15'), { a: 1, cookie: { originalMaxAge: 2 * hour } })
  const [holder] = (await shop.listUserSessions({ query: {} })).body.sessions.filter(({ userId }) => userId.startsWith('sid:'))
  const held = (await shop.getUserSessionData({ params: { sessionId: String(holder?.sessionId) } })).body.data
  t.ok(Object.keys(held).every(name => name.startsWith('web.')))
})

t.test('a limit of the service holds here', async t => {
  const { store, sessionsOf } = await startStores(t, { SESSION_LIMIT: '1', SESSION_LIMIT_POLICY: 'deny' })
  const one = store({ userOf: () => 'ivan' })
  await one.set('a', sessionFor(hour))
  await t.rejects(one.set('b', sessionFor(hour)), { code: 'session_limit_reached' })
  t.equal((await sessionsOf('ivan')).length, 1)
  t.not(await one.get('a'), null)
})

t.test('it is an emitter that needs no callbacks; what goes wrong without one onError is told', async t => {
  const told: unknown[] = []
  const silent = createSessionStore({ ...options, onError: error => told.push(error) })
  t.ok(silent instanceof EventEmitter)
  silent.set('s16', sessionFor(hour, { a: 1 }))
  await until(async () => await store().get('s16') !== null)
  silent.touch('s16', sessionFor(2 * hour))
  silent.get('s16')
  silent.set('s16', sessionFor(hour, { 'a b': 1 }))
  await until(async () => told.length > 0)
  t.match(told, [{ name: 'TypeError', message: /a b/ }])
  silent.destroy('s16')
  await until(async () => (await holdersOf('s16')).length === 0)
  const away = createSessionStore({ ...options, url: 'http://127.0.0.1:1' })
  for (const verb of ['get', 'destroy'] as const) await t.rejects(verbsOf(away)[verb]('s16'), { code: 'unreachable' })
  for (const verb of ['set', 'touch'] as const) await t.rejects(verbsOf(away)[verb]('s16', sessionFor(hour)), { code: 'unreachable' })
})

t.test('a log-out that was not answered may be tried again', async t => {
  let isAway = false
  const one = store({ retries: 0, fetch: (url, init) => isAway ? Promise.reject(new Error('away')) : fetch(url, init) })
  await one.set('s17', sessionFor(hour))
  isAway = true
  for (const told of await Promise.allSettled([one.destroy('s17'), one.destroy('s17')])) t.match(told, { status: 'rejected', reason: { code: 'unreachable' } })
  isAway = false
  t.not(await one.get('s17'), null)
  await one.destroy('s17')
  t.equal(await one.get('s17'), null)
})

t.test('everything of a session is of sids that nobody can read', async t => {
  await store().set('a-very-secret-sid', sessionFor(hour, { a: 1 }))
  const { body } = await shop.listUserSessions({ query: {} })
  t.ok(body.sessions.length > 0)
  t.notMatch(JSON.stringify(body), /a-very-secret-sid/)
})
