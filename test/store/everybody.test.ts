import { EventEmitter } from 'node:events'
import slotOfKey from 'cluster-key-slot'
import t from 'tap'
import { createEverybody, spreadTags } from '../../src/store/everybody.ts'
import { createKeys } from '../../src/store/keys.ts'
import type { RedisClient } from '../../src/store/scripts.ts'
import { newSession, openStore } from './fixture.ts'
import { keysUnder } from './snapshot.ts'
import { eventually, fill, upkeepOf } from './upkeep.ts'

t.test('all sessions that there are end at once, whoever’s they are and whatever is done with them, and no later one', async t => {
  const { store, everybody } = await openStore(t)
  const [old, kept, other] = [newSession('1'), newSession('1'), newSession('2')]
  for (const session of [old, kept, other]) await store.create(session)
  await store.endAll('1', kept.credential.id)
  await store.endEverybody()
  t.ok(Math.abs(everybody.beforeMs() - Date.now()) < 5000)
  const later = newSession('1')
  await store.create(later)

  for (const { userId, credential } of [kept, other]) {
    const { id } = credential
    t.equal(await store.describe(id), null)
    t.equal(await store.extend(id, 60_000), null)
    t.equal(await store.readData(id, null), null)
    t.equal(await store.writeData(id, { values: new Map([['a', '1']]), ifVersion: null }), null)
    t.equal(await store.rename(userId, id, 'TV'), false)
    t.equal(await store.flag(id, { binding: 'a.b', signals: ['network'], ipAddress: '', isAccepted: true }), false)
    t.equal(await store.noteOrigin(id, { ipAddress: '203.0.113.9', userAgent: '' }), false)
    t.equal(await store.replace(id, newSession(userId).credential), null)
    t.equal(await store.endOthers(userId, id), null)
    t.match(await store.explain(id), { state: 'dead', reason: 'everybody_ended', sinceMs: everybody.beforeMs() })
    t.equal(await store.validate(credential), null)
    t.match(await store.explain(id), { state: 'ended', ended: { reason: 'everybody_ended', userId } })
  }
  t.match(await store.validate(later.credential), { id: later.credential.id })
  t.match(await store.list('1', { limit: 10, after: null }), { count: 1, sessions: [{ id: later.credential.id }] })
  t.strictSame([...await store.countOf('2')], [])
  t.match(await store.replace(later.credential.id, newSession('1').credential), { lifetime: 'default' })
})

t.test('twice in one millisecond is twice, and what is opened in between is older than the second', async t => {
  const { store, client, keys, everybody } = await openStore(t)
  const ahead = Date.now() + 60_000
  await client.set(keys.notBeforeEverybody('001c'), String(ahead), 'PX', 31_536_000_000)
  await everybody.read()
  const between = newSession('1', { absoluteMs: 3_600_000 })
  t.equal((await store.create(between)).createdAtMs, ahead + 1)
  await store.endEverybody()
  t.equal(everybody.beforeMs(), ahead + 1)
  t.equal(await store.validate(between.credential), null)
})

t.test('nobody has to give way, and nobody is denied, for sessions that ended with everybody’s', async t => {
  const { store } = await openStore(t)
  for (const limits of [{ max: 2, maxOfType: null, policy: 'deny' as const }, { max: 2, maxOfType: null, policy: 'evict-oldest' as const }]) {
    for (let i = 0; i < 2; i++) await store.create(newSession('3', { limits }))
    await store.endEverybody()
    const [one, two] = [newSession('3', { limits }), newSession('3', { limits })]
    await store.create(one)
    await store.create(two)
    for (const { credential } of [one, two]) t.not(await store.validate(credential), null)
    await store.endAll('3', null)
  }
})

t.test('other instances know it when they read it, and tell those who listen, once', async t => {
  const { store, client, keys } = await openStore(t)
  const another = createEverybody({ client, keys, timeoutMs: 1000 })
  let told = 0
  another.listen(() => { told++ })
  await another.read()
  t.equal(another.beforeMs(), 0)
  await store.endEverybody()
  another.heedNews('001c')
  await eventually(t, 1, async () => told)
  await another.read()
  t.equal(told, 1)
  const third = createEverybody({ client, keys, timeoutMs: 1000 })
  third.heedNews(null)
  await eventually(t, another.beforeMs(), async () => third.beforeMs())
  t.ok(await client.pttl(keys.notBeforeEverybody('001c')) > 31_535_000_000)
})

t.test('a copy that could not be read before is not older than what ends', async t => {
  const { client, keys } = await openStore(t)
  const ahead = Date.now() + 60_000
  await client.set(keys.notBeforeEverybody('001c'), String(ahead), 'PX', 31_536_000_000)
  const unread = Object.assign(Object.create(client) as RedisClient, { get: async () => { throw new Error('late') } })
  const everybody = createEverybody({ client: unread, keys, timeoutMs: 1000 })
  await everybody.end()
  t.equal(everybody.beforeMs(), ahead + 1)
  for (const tag of spreadTags(client)) t.equal(Number(await client.get(keys.notBeforeEverybody(tag))), ahead + 1)
})

t.test('news that comes while it is read is one more read, however much there is of it', async t => {
  const { client, keys } = await openStore(t)
  let reads = 0
  const counted = Object.assign(Object.create(client) as RedisClient, {
    get: async (key: string) => {
      reads++
      return client.get(key)
    }
  })
  const everybody = createEverybody({ client: counted, keys, timeoutMs: 1000 })
  const copies = spreadTags(client).length
  for (let i = 0; i < 100; i++) everybody.heedNews('001c')
  await eventually(t, 2 * copies, async () => reads)
  await client.set(keys.notBeforeEverybody('001c'), '5', 'PX', 60_000)
  everybody.heedNews(null)
  await eventually(t, 5, async () => everybody.beforeMs())
  t.equal(reads, 3 * copies)
})

t.test('a clock that was ahead does not take it back', async t => {
  const { store, client, keys, everybody } = await openStore(t)
  const ahead = Date.now() + 60_000
  await client.set(keys.notBeforeEverybody('001c'), String(ahead), 'PX', 31_536_000_000)
  await store.endEverybody()
  t.equal(everybody.beforeMs(), ahead + 1)
  const session = newSession('1', { absoluteMs: 3_600_000 })
  t.equal((await store.create(session)).createdAtMs, ahead + 2)
  t.not(await store.validate(session.credential), null)
})

t.test('what ended is deleted in the background, of all users, with one event each', async t => {
  const opened = await openStore(t)
  const { store, client, keys, config, everybody } = opened
  // Nothing but the end itself makes it look again.
  const upkeep = upkeepOf(t, opened, { everyMs: 1_000_000, settleMs: 1, againMs: 1 })
  everybody.listen(upkeep.deleteSoon)
  await fill(store, 300)
  await store.endEverybody()
  const later = newSession('1')
  await store.create(later)
  const counts: number[] = []
  await eventually(t, 1, async () => counts[counts.push(await store.countLive()) - 1])
  t.ok(Math.min(...counts) >= 1)
  t.strictSame((await keysUnder(client, config.KEY_PREFIX)).filter(key => key.startsWith(`${config.KEY_PREFIX}session:`)), [keys.session(later.credential.id)])
  t.match((await store.activity('2', null)).events, [{ event: 'ended', details: { reason: 'everybody_ended' } }, { event: 'created' }])
})

t.test('who looks after their records are gone learns why they ended', async t => {
  const { store, client, keys } = await openStore(t, { touchIntervalMs: 0 })
  const [one, two] = [newSession('1', { idleMs: 300 }), newSession('2', { idleMs: 300 })]
  for (const session of [one, two]) await store.create(session)
  await store.endEverybody()
  while (await client.exists(keys.session(one.credential.id)) + await client.exists(keys.session(two.credential.id)) > 0) { /* Redis owns the clock */ }
  t.match((await store.activity('1', null)).events, [{ event: 'ended', details: { reason: 'everybody_ended' } }, { event: 'created' }])
  t.match(await store.listEnded('2'), [{ id: two.credential.id, reason: 'everybody_ended' }])
})

t.test('where the key is damaged nothing is judged, until everybody is logged out again', async t => {
  const { store, client, keys, everybody } = await openStore(t)
  await client.set(keys.notBeforeEverybody('001c'), 'soon', 'PX', 60_000)
  if (client.isCluster) await t.resolves(everybody.read(), 'another copy tells')
  else {
    await t.rejects(everybody.read())
    await t.rejects(Promise.resolve(everybody.whenKnown()), { code: 'store_unavailable' })
  }
  const session = newSession('1')
  await store.create(session)
  await store.endEverybody()
  t.equal(await store.validate(session.credential), null)
  await everybody.whenKnown()
})

t.test('by a clock that is behind, too, an end-all ends what was opened after the end of everybody', async t => {
  const { store, client, keys, everybody } = await openStore(t)
  await client.set(keys.notBeforeEverybody('001c'), String(Date.now() + 900), 'PX', 31_536_000_000)
  await everybody.read()
  const session = newSession('1', { absoluteMs: 3_600_000 })
  await store.create(session)
  t.equal(await store.endAll('1', null), 1)
  t.equal(await store.validate(session.credential), null)
})

t.test('a deletion that failed is done again; a damaged index keeps nobody else’s', async t => {
  const opened = await openStore(t)
  const { store, client, keys, everybody } = opened
  await fill(store, 100)
  const damaged = keys.userSessions('abcd', 'x')
  await client.set(damaged, 'x', 'PX', 60_000)
  let failures = 0
  const { sessionsEndSlice } = client
  client.sessionsEndSlice = async () => { throw new Error(`READONLY ${++failures}`) }
  const errors: unknown[] = []
  const upkeep = upkeepOf(t, opened, { everyMs: 1_000_000, settleMs: 1, againMs: 50, onError: error => errors.push(error) })
  everybody.listen(upkeep.deleteSoon)
  await store.endEverybody()
  await eventually(t, true, async () => errors.length > 1)
  t.equal(await store.countLive(), 100)
  client.sessionsEndSlice = sessionsEndSlice
  await eventually(t, 0, () => store.countLive())
  await client.del(damaged)
})

t.test('who has stood still since it asked does not know', async t => {
  let nowMs = 0
  const client = Object.assign(new EventEmitter(), { isCluster: false, get: async () => { nowMs += 2000; return null } }) as unknown as RedisClient
  const everybody = createEverybody({ client, keys: createKeys(''), timeoutMs: 50, clock: () => nowMs })
  await t.rejects(Promise.resolve(everybody.whenKnown()), { code: 'store_unavailable' })
})

t.test('the copies of a Cluster are spread over all slots', t => {
  const { notBeforeEverybody } = createKeys('')
  const written: string[] = []
  const client = Object.assign(new EventEmitter(), { isCluster: true, get: async (key: string) => { written.push(key); return null } }) as unknown as RedisClient
  createEverybody({ client, keys: { notBeforeEverybody }, timeoutMs: 50 }).heedNews(null)
  t.strictSame(written.map(key => Math.floor(slotOfKey(key) / 2048)), [0, 1, 2, 3, 4, 5, 6, 7])
  t.end()
})

t.test('what is not known for a second is read first, once for all who wait, and without an answer nothing is judged', async t => {
  let asked = 0
  let answers = true
  const get = () => {
    asked++
    return answers ? Promise.resolve(null) : new Promise(() => {})
  }
  const client = Object.assign(new EventEmitter(), { isCluster: false, get }) as unknown as RedisClient
  let nowMs = 0
  const everybody = createEverybody({ client, keys: createKeys(''), timeoutMs: 50, clock: () => nowMs })
  await Promise.all([everybody.whenKnown(), everybody.whenKnown()])
  t.equal(asked, 1)
  nowMs += 999
  t.equal(everybody.whenKnown(), undefined)
  everybody.heedNews('ffff')
  t.equal(asked, 1, 'news of another slot')
  answers = false
  nowMs++
  await t.rejects(Promise.resolve(everybody.whenKnown()), { code: 'store_unavailable' })
  answers = true
  await everybody.whenKnown()
  t.equal(everybody.whenKnown(), undefined)
})

t.test('of a Cluster one copy that answers is enough to know, and all of them have to be written', async t => {
  const stored = new Map<string, string>()
  let silent = (_key: string) => false
  const master = { time: async (): Promise<[number, number]> => [1_704_067_200, 999_999] }
  const behind = { time: async (): Promise<[number, number]> => [1_704_067_100, 0] }
  const client = Object.assign(new EventEmitter(), {
    isCluster: true,
    nodes: () => [behind, master],
    get: async (key: string) => silent(key) ? Promise.reject(new Error('away')) : stored.get(key) ?? null,
    everybodyEnd: async (key: string, ms: number) => {
      if (silent(key)) throw new Error('away')
      stored.set(key, String(ms))
      return String(ms)
    }
  })
  const prototype = (await import('ioredis')).Cluster.prototype
  const cluster = Object.setPrototypeOf(client, Object.create(prototype, { isCluster: { value: true }, nodes: { value: client.nodes } })) as RedisClient
  const everybody = createEverybody({ client: cluster, keys: createKeys(''), timeoutMs: 50 })
  await everybody.end()
  t.equal(everybody.beforeMs(), 1_704_067_200_999, 'by the clock that is ahead')
  t.equal(stored.size, 8)

  silent = key => key !== 'not-before-everybody:{0002}'
  const another = createEverybody({ client: cluster, keys: createKeys(''), timeoutMs: 50 })
  await another.whenKnown()
  t.equal(another.beforeMs(), everybody.beforeMs())
  await t.rejects(another.end())
  t.equal(Number(stored.get('not-before-everybody:{0002}')), another.beforeMs(), 'what could be written holds')
  silent = () => true
  await t.rejects(another.read())
  master.time = behind.time = async () => { throw new Error('away') }
  await t.rejects(another.end(), { code: 'store_unavailable' })
  another.heedNews(null)
})
