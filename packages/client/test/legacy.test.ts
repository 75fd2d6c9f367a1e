import { randomBytes } from 'node:crypto'
import { RedisStore } from 'connect-redis'
import { Redis } from 'ioredis'
import { createClient as createRedis } from 'redis'
import t from 'tap'
import { privateRedis } from '../../../test/faults/private-redis.ts'
import { createSessionStore, type LegacyStore } from '../src/express-session.ts'
import { until } from './service.ts'
import { sessionFor, startStores, verbsOf } from './store-verbs.ts'

const hour = 3_600_000
const server = await privateRedis(t, 'tcp')
/** That of the service, and of nobody else. */
const memory = await privateRedis(t)
const { store, sessionsOf, holdersOf, shop, options } = await startStores(t, { REDIS_URL: memory.url, SESSION_KEYS: `k1:${randomBytes(32).toString('base64url')}`, DEMO_USERS: 'true' })
const redis = new Redis(server.url)
const nodeRedis = await createRedis({ url: server.url }).connect()
t.teardown(() => {
  redis.disconnect()
  nodeRedis.destroy()
})
const before = verbsOf(new RedisStore({ client: nodeRedis }) as never)

/** A session of before, as its store wrote it, with the time that it has left. */
async function stored (sid: string, members: object = {}, leftMs = hour): Promise<void> {
  await before.set(sid, sessionFor(hour, members))
  await redis.pexpire(`sess:${sid}`, leftMs)
}

const isBefore = async (sid: string) => await redis.exists(`sess:${sid}`) === 1

for (const [name, legacy] of Object.entries({ ioredis: { client: redis }, 'node-redis': { client: nodeRedis, prefix: 'sess:' } })) {
  t.test(`with ${name}: what is there is taken over with the time that it has left, and is not there any more`, async t => {
    const sid = `${name}-1`
    await stored(sid, { cart: ['a', { b: null }], userId: 'judy' }, 600_000)
    const one = store({ legacy, userOf: ({ userId }) => userId as string })
    const leftMs = await redis.pttl(`sess:${sid}`)
    const askedAt = Date.now()
    t.match(await one.get(sid), { cart: ['a', { b: null }], userId: 'judy', cookie: { originalMaxAge: hour } })
    t.equal(await isBefore(sid), false)
    const all = [...await holdersOf(sid), ...await sessionsOf('judy')]
    t.equal(all.length, 2)
    for (const { idleExpiresAt } of all) t.ok(Math.abs(Number(idleExpiresAt) - askedAt - leftMs) <= 1000, `${Number(idleExpiresAt) - askedAt - leftMs} ms`)
    t.match(await store().get(sid), { cart: ['a', { b: null }] }, 'the service has it')
    await one.destroy(sid)
    t.strictSame([await one.get(sid), (await sessionsOf('judy')).length], [null, 0])
  })
}

t.test('what is nowhere is no session, and one without a time gets that of its cookie', async t => {
  const one = store({ legacy: { client: redis } })
  t.equal(await one.get('nowhere'), null)
  await stored('l1')
  await redis.persist('sess:l1')
  t.not(await one.get('l1'), null)
  const [holder] = await holdersOf('l1')
  t.ok(Math.abs(Number(holder?.idleExpiresAt) - Date.now() - hour) < 5000)
  await redis.set('sess:l2', JSON.stringify({ cookie: { expires: new Date(0), originalMaxAge: 2 * hour }, a: 1 }))
  await redis.set('sess:l3', JSON.stringify({ cookie: { originalMaxAge: null }, a: 1 }))
  for (const [sid, ms] of [['l2', 2 * hour], ['l3', 24 * hour]] as const) {
    t.match(await one.get(sid), { a: 1 }, 'it lives: its store said so')
    const [holder] = await holdersOf(sid)
    t.ok(Math.abs(Number(holder?.idleExpiresAt) - Date.now() - ms) < 5000, sid)
  }
})

t.test('what cannot be read is no session, is told, and stays', async t => {
  const told: unknown[] = []
  const texts: Record<string, string> = { b1: '{"cookie":', b2: 'null', b3: '"text"', b4: '{"a":1}', b5: '{"cookie":null}' }
  const one = store({ legacy: { client: redis }, onError: error => told.push(error) })
  for (const [sid, text] of Object.entries(texts)) {
    await redis.set(`sess:${sid}`, text)
    t.equal(await one.get(sid), null, text)
    t.equal(await isBefore(sid), true)
  }
  t.match(told.map(error => Object(error).name), ['SyntaxError', 'TypeError', 'TypeError', 'TypeError', 'TypeError'])
  const ofStore = store({ legacy: new RedisStore({ client: nodeRedis }) as never, onError: error => told.push(error) })
  t.equal(await ofStore.get('b1'), null)
  t.match(told.at(-1), { name: 'SyntaxError' })
})

t.test('whoever reads it at the same time, on however many processes, takes it over once; what is changed right after stays changed', async t => {
  for (let round = 0; round < 10; round++) {
    const sid = `race-${round}`
    await stored(sid, { n: 0, userId: `racer-${round}` })
    const stores = Array.from({ length: 4 }, () => store({ legacy: { client: redis }, userOf: ({ userId }) => userId as string }))
    await Promise.all(stores.map(async (each, i) => {
      const session = await each.get(sid)
      t.equal(Object(session).userId, `racer-${round}`)
      if (i === 0) await each.set(sid, sessionFor(hour, { n: 1, userId: `racer-${round}` }))
    }))
    t.match(await store().get(sid), { n: 1 })
    t.strictSame([(await holdersOf(sid)).length, (await sessionsOf(`racer-${round}`)).length, await isBefore(sid)], [1, 1, false])
  }
})

t.test('what has ended here does not come back by its copy', async t => {
  const legacy = { client: redis, store: new RedisStore({ client: nodeRedis }) as never }
  const options = { legacy, keep: true, userOf: () => 'kept' }
  await stored('k1')
  const one = store(options)
  t.not(await one.get('k1'), null)
  t.equal(await isBefore('k1'), true)
  await shop.endUserSessions({ query: { userId: 'kept' } })
  t.equal(await one.get('k1'), null)
  t.equal(await isBefore('k1'), false)
  await stored('k1')
  await one.set('k1', sessionFor(hour))
  t.equal(await isBefore('k1'), false)
  await stored('k1')
  for (const each of [one, store(options)]) t.equal(await each.get('k1'), null, 'nor if the version of before writes it again')
  t.equal(await isBefore('k1'), false)
})

/** As after IDEMPOTENCY_SECONDS. */
async function forgetAnswers (): Promise<void> {
  const names = [await memory.ask('KEYS', 'idempotency:*')].flat().map(String)
  t.ok(names.length > 0)
  await memory.ask('DEL', ...names)
}

t.test('nor when nobody remembers it any more, neither a process nor the service', async t => {
  const legacy = { client: redis, store: new RedisStore({ client: nodeRedis }) as never }
  const options = { legacy, keep: true, userOf: () => 'forgotten' }
  const start = () => store(options)
  await stored('f1', { cart: ['a'] }, hour / 2)
  await Promise.all([start(), start()].map(async each => t.match(await each.get('f1'), { cart: ['a'] })))
  t.ok(Math.abs(await redis.pttl('sess:f1') - hour / 2) < 5000, 'the copy has the time that it had')
  await start().set('f2', sessionFor(hour, { cart: ['b'] }))
  await stored('f3')
  const three = start()
  await three.set('f3', Object(await three.get('f3')))
  for (const sid of ['f1', 'f2', 'f3']) {
    t.not(await before.get(sid), null, 'the version before has it')
    t.notOk('#kept' in Object(await start().get(sid)), 'and this one no more than it was')
  }
  for (const [sid, cookie] of Object.entries({ f4: { expires: new Date(0), originalMaxAge: hour }, f5: { originalMaxAge: null } })) {
    await redis.set(`sess:${sid}`, JSON.stringify({ cookie, a: 1 }), 'PX', hour)
    t.match(await start().get(sid), { a: 1 })
    t.ok(await redis.pttl(`sess:${sid}`) > hour - 5000, 'also of one whose cookie has another date, or none')
  }

  await shop.endUserSessions({ query: { confirm: 'everybody' } })
  await forgetAnswers()
  for (const sid of ['f1', 'f2', 'f3', 'f4', 'f5']) {
    t.equal(await start().get(sid), null, sid)
    t.strictSame([(await holdersOf(sid)).length, await isBefore(sid)], [0, false])
  }

  await stored('f6')
  await start().get('f6')
  await shop.endUserSessions({ query: { confirm: 'everybody' } })
  await forgetAnswers()
  t.equal(await store({ legacy, userOf: () => 'forgotten' }).get('f6'), null, 'nor without keep')
  t.equal(await isBefore('f6'), false)
})

t.test('with keep what another request ended while it was taken over is not left there', async t => {
  const slow: LegacyStore = {
    get: (sid, done) => { before.get(sid).then(session => done(null, session), done) },
    set: (sid, session, done) => { other.destroy(sid).then(() => before.set(sid, session)).then(() => done(), done) },
    destroy: (sid, done) => { before.destroy(sid).then(() => done(), done) }
  }
  const other = store({ legacy: { client: redis, store: new RedisStore({ client: nodeRedis }) as never }, keep: true })
  await stored('g1')
  t.equal(await store({ legacy: slow, keep: true }).get('g1'), null)
  t.equal(await isBefore('g1'), false)
})

t.test('with keep all that is done is done there too, and if that fails it is done here', async t => {
  const told: unknown[] = []
  const legacy = { client: redis, store: new RedisStore({ client: nodeRedis }) as never }
  const one = store({ legacy, keep: true, onError: error => told.push(error) })
  await one.set('k2', sessionFor(hour, { a: 1 }))
  t.match(await before.get('k2'), { a: 1 })
  await one.touch('k2', sessionFor(2 * hour))
  t.ok(await redis.pttl('sess:k2') > 1.5 * hour)
  await one.destroy('k2')
  t.equal(await isBefore('k2'), false)
  await one.set('k2', sessionFor(hour, { late: true }))
  t.equal(await isBefore('k2'), false, 'what has ended is stored nowhere')
  const failing: LegacyStore = { get: (_sid, done) => done(null, null), set: (_sid, _session, done) => done(new Error('full')), destroy: (_sid, done) => done(new Error('full')) }
  const two = store({ legacy: failing, keep: true, onError: error => told.push(error) })
  await two.set('k3', sessionFor(hour, { a: 1 }))
  await two.touch('k3', sessionFor(2 * hour))
  t.match(await two.get('k3'), { a: 1 })
  t.match(told, [{ message: 'full' }])
  await t.rejects(two.destroy('k3'), { message: 'full' }, 'a log-out is one only when it is one everywhere')
  t.equal(await store().get('k3'), null)
  t.throws(() => createSessionStore({ ...options, legacy: { client: redis }, keep: true }), { name: 'TypeError', message: /store of before/ })
})

t.test('when the store of before does not answer nobody is without a session by that', async t => {
  const away: LegacyStore = { get: (_sid, done) => done(new Error('away')), set () {}, destroy: (_sid, done) => done(new Error('away')) }
  const told: unknown[] = []
  const one = store({ legacy: away, onError: error => told.push(error) })
  await t.rejects(one.get('nobody-knows'), { message: 'away' })
  await one.set('here', sessionFor(hour, { a: 1 }))
  t.match(await one.get('here'), { a: 1 }, 'who has one here')
  await until(async () => told.length > 0)
  t.match(told, [{ message: 'away' }])
})

t.test('any store of express-session may be the one of before', async t => {
  const sessions = new Map<string, unknown>([['m1', sessionFor(hour, { a: 1 })]])
  const memory: LegacyStore = {
    get: (sid, done) => { setImmediate(done, null, sessions.get(sid)) },
    set: (sid, session, done) => { sessions.set(sid, session); setImmediate(done) },
    destroy: (sid, done) => { sessions.delete(sid); setImmediate(done) }
  }
  const one = store({ legacy: memory })
  t.match(await one.get('m1'), { a: 1 })
  t.equal(sessions.size, 0)
  t.equal(await one.get('m2'), null)
  t.match(await one.get('m1'), { a: 1 })
})

t.test('a session that the service cannot hold stays where it was, and is told', async t => {
  await stored('large', { photo: 'x'.repeat(5000) })
  const one = store({ legacy: { client: redis } })
  await t.rejects(one.get('large'), { code: 'data_limit_exceeded', message: /Keep what is large elsewhere/ })
  t.equal(await isBefore('large'), true)
  await redis.set('sess:large', JSON.stringify(sessionFor(hour, { photo: 'small' })), 'PX', hour)
  await until(async () => Object(await one.get('large')).photo === 'small')
})
