import t from 'tap'
import { createShadowStore, type Difference, type LegacyStore, type SessionData } from '../src/express-session.ts'
import { until } from './service.ts'
import { sessionFor, startStores, verbsOf } from './store-verbs.ts'

const hour = 3_600_000
const { options, shop, store, holdersOf } = await startStores(t)

/** A store of before that keeps sessions in memory, and the shadow over it. */
function shadowed (more: object = {}) {
  const sessions = new Map<string, string>()
  const legacy: LegacyStore = {
    get: (sid, done) => { setImmediate(done, null, JSON.parse(sessions.get(sid) ?? 'null')) },
    set: (sid, session, done) => { sessions.set(sid, JSON.stringify(session)); setImmediate(done) },
    touch: (_sid, _session, done) => { setImmediate(done) },
    destroy: (sid, done) => { sessions.delete(sid); setImmediate(done) }
  }
  const differences: Difference[] = []
  const told: unknown[] = []
  const shadow = createShadowStore({ ...options, legacy, onDifference: difference => differences.push(difference), onError: error => told.push(error), ...more })
  const put = (sid: string, session: SessionData) => sessions.set(sid, JSON.stringify(session))
  const settled = async (count: number) => { await until(async () => Object.values(shadow.counts).reduce((sum, each) => sum + each) >= count) }
  return { ...verbsOf(shadow), counts: shadow.counts, differences, told, sessions, put, settled }
}

t.test('what both say alike is counted, and the store of before answers', async t => {
  const shadow = shadowed()
  await shadow.set('s1', sessionFor(hour, { a: 1 }))
  await shadow.settled(1)
  t.match(await shadow.get('s1'), { a: 1 })
  await shadow.touch('s1', sessionFor(2 * hour))
  t.equal(await shadow.get('nobody'), null)
  await shadow.settled(4)
  await shadow.destroy('s1')
  await shadow.settled(5)
  t.equal(await shadow.get('s1'), null)
  await shadow.settled(6)
  t.strictSame([shadow.differences, shadow.told], [[], []])
  t.strictSame(shadow.counts, { same: 6, copied: 0, different: 0, failed: 0, skipped: 0 })
})

t.test('a session that the service has not heard of is copied, for its shadow alone', async t => {
  const shadow = shadowed({ userOf: () => 'shadowed' })
  shadow.put('s2', sessionFor(hour, { a: 1 }))
  t.match(await shadow.get('s2'), { a: 1 })
  await shadow.settled(1)
  await shadow.get('s2')
  await shadow.settled(2)
  t.match(shadow.counts, { copied: 1, same: 1, different: 0 })
  t.equal(await store().get('s2'), null, 'no later step reads it')
  t.strictSame([(await holdersOf('s2')).length, (await holdersOf('s2', 'shadow:sess:')).length], [0, 1])
  t.equal((await shop.listUserSessions({ query: { userId: 'shadowed' } })).body.count, 0, 'in no list of a user')
})

t.test('what is different is told once, by a name that does not tell the sid', async t => {
  const shadow = shadowed()
  await shadow.set('s3', sessionFor(hour, { a: 1, b: 2 }))
  await shadow.settled(1)
  shadow.put('s3', sessionFor(hour, { b: 2, a: 1 }))
  await shadow.get('s3')
  await shadow.settled(2)
  t.equal(shadow.differences.length, 0, 'the order does not count')
  shadow.put('s3', sessionFor(hour, { a: 3 }))
  t.match(await shadow.get('s3'), { a: 3 })
  await shadow.settled(3)
  await shadow.get('s3')
  await shadow.settled(4)
  shadow.sessions.delete('s3')
  t.equal(await shadow.get('s3'), null)
  await shadow.settled(5)
  await shadow.get('s3')
  await shadow.settled(6)
  t.match(shadow.differences.map(({ operation, legacy, service }) => [operation, legacy, service]), [['get', 'session', 'other data'], ['get', 'none', 'session']])
  t.match(shadow.counts, { different: 2, same: 4 })
  t.notMatch(JSON.stringify(shadow.differences), /s3"/)
  t.match(shadow.differences[0]?.digest, /^[\w-]{43}$/)
})

t.test('what has ended at the service is told', async t => {
  const shadow = shadowed()
  await shadow.set('s4', sessionFor(hour, { a: 1 }))
  await shadow.settled(1)
  const [holder] = await holdersOf('s4', 'shadow:sess:')
  await shop.endUserSession({ params: { sessionId: String(holder?.sessionId) } })
  t.match(await shadow.get('s4'), { a: 1 })
  await shadow.settled(2)
  await shadow.set('s4', sessionFor(hour, { a: 2 }))
  await shadow.settled(3)
  t.match(shadow.differences.map(({ operation, legacy, service }) => [operation, legacy, service]), [['get', 'session', 'none'], ['set', 'session', 'none']])
})

t.test('what the service could not keep is told before it matters', async t => {
  const shadow = shadowed()
  await shadow.set('s5', sessionFor(hour, { photo: 'x'.repeat(5000) }))
  await shadow.set('s6', sessionFor(hour, { 'a b': 1 }))
  shadow.put('s7', sessionFor(hour, { photo: 'x'.repeat(5000) }))
  await shadow.get('s7')
  await shadow.settled(3)
  t.match(new Set(shadow.differences.map(({ operation, service }) => `${operation} ${service}`)), new Set(['set data_limit_exceeded', 'set refused', 'get data_limit_exceeded']))
  t.match(await shadow.get('s5'), { photo: /^x+$/ }, 'it is there as before')
})

t.test('nothing waits for the service, and nothing fails with it', async t => {
  let isAway = false
  const silent: typeof fetch = (url, init) => isAway ? new Promise((_resolve, reject) => { init?.signal?.addEventListener('abort', () => reject(new Error('silent'))) }) : fetch(url, init)
  const shadow = shadowed({ fetch: silent, timeoutMs: 600, retries: 0, mostWaiting: 3 })
  await shadow.set('s8', sessionFor(hour, { a: 1 }))
  await shadow.settled(1)
  isAway = true
  const from = performance.now()
  await shadow.set('s8', sessionFor(hour, { a: 2 }))
  for (let i = 0; i < 5; i++) t.match(await shadow.get('s8'), { a: 2 })
  t.ok(performance.now() - from < 500)
  await shadow.settled(7)
  isAway = false
  t.match(shadow.counts, { skipped: 3, failed: 3 })
  t.match(shadow.told, [{ code: 'unreachable' }])
  await until(async () => {
    await shadow.get('s8')
    return shadow.counts.copied === 1
  })
  t.strictSame(shadow.differences, [], 'that the service is late is no difference')
})

t.test('what is read while it is written is not compared', async t => {
  let release = () => {}
  const slow: LegacyStore = {
    get: (_sid, done) => done(null, sessionFor(hour, { a: 1 })),
    set: (_sid, _session, done) => { release = done },
    destroy: (_sid, done) => done()
  }
  const shadow = shadowed({ legacy: slow })
  const written = shadow.set('s9', sessionFor(hour, { a: 2 }))
  await shadow.get('s9')
  t.equal(shadow.counts.skipped, 1)
  release()
  await written
  await shadow.touch('s9', sessionFor(2 * hour))
  await shadow.settled(3)
  t.match(shadow.counts, { skipped: 1, same: 2 })
})

t.test('what fails in the store of before fails', async t => {
  const broken: LegacyStore = { get: (_sid, done) => done(new Error('broken')), set: (_sid, _session, done) => done(new Error('broken')), destroy: (_sid, done) => done(new Error('broken')) }
  const shadow = shadowed({ legacy: broken })
  await t.rejects(shadow.get('s10'), { message: 'broken' })
  await t.rejects(shadow.set('s10', sessionFor(hour)), { message: 'broken' })
  await t.rejects(shadow.destroy('s10'), { message: 'broken' })
  t.strictSame(shadow.counts, { same: 0, copied: 0, different: 0, failed: 0, skipped: 0 })
  t.throws(() => createShadowStore({ ...options, legacy: { client: {} } as never }), { name: 'TypeError' })
})
