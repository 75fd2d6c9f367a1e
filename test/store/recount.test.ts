import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createLiveCount } from '../../src/store/live-count.ts'
import { createRedisStore } from '../../src/store/redis-store.ts'
import { newSession, openStore } from './fixture.ts'
import { eventually, upkeepOf } from './upkeep.ts'

t.test('a recount repairs what a crash lost: sessions that were not counted yet and ends that were not', async t => {
  const opened = await openStore(t)
  const { client, keys, liveCount, store } = opened
  await store.create(newSession('1'))
  const ended = newSession('1')
  await store.create(ended)
  await liveCount.flush()

  // An instance that is gone before it flushes anything.
  const dropped = createLiveCount({ client, keys, retentionMs: 86_400_000, flushEveryMs: 1_000_000 })
  const crashing = createRedisStore({
    client,
    keys,
    liveCount: dropped,
    isAvailable: () => true,
    timeoutMs: 5000,
    touchIntervalMs: 1000,
    graceMs: 0,
    rotateAfterMs: 0,
    longestLifetimeMs: 86_400_000,
    historyLimits: { entries: 10, retentionMs: 60_000, endedMs: 60_000 },
    dataLimits: { keys: 1, bytes: 10 },
    userDataMs: 60_000,
    endEverybody: async () => {}
  })
  await Promise.all(Array.from({ length: 450 }, (_, i) => crashing.create(newSession(String(i), { idleMs: 100_000 + i * 10_000 }))))
  await crashing.end('1', ended.credential.id)
  // And 600 that were never taken away, as many as no single step of a scan answers.
  const bucket = Math.floor(Date.now() / 10_000) + 6000
  await client.hset(keys.liveSessions, Object.fromEntries(Array.from({ length: 600 }, (_, i) => [bucket + i, 1])))
  await client.hincrby(keys.liveSessions, 'total', 600)
  t.equal(await store.countLive(), 602, 'wrong')
  upkeepOf(t, opened)
  await eventually(t, 451, () => store.countLive())
})

t.test('a recount does not count a session that ends between being found and being looked at', async t => {
  const opened = await openStore(t)
  const { client, keys, liveCount, store } = opened
  const [lasting, ending] = [newSession('1'), newSession('2')]
  for (const session of [lasting, ending]) await store.create(session)
  await liveCount.flush()
  await client.hincrby(keys.liveSessions, '999999999', 5)
  await client.hincrby(keys.liveSessions, 'total', 5)
  const look = client.sessionsDeadline.bind(client)
  const seen: unknown[] = []
  client.sessionsDeadline = (async (...args: Parameters<typeof look>) => {
    const position = args.indexOf(keys.session(ending.credential.id))
    if (position > 0) await store.end('2', ending.credential.id)
    const buckets = await look(...args)
    if (position > 0) seen.push(buckets[position - 1])
    return buckets
  }) as typeof look
  upkeepOf(t, opened, { settleMs: 1 })
  await eventually(t, 1, () => store.countLive())
  t.equal(seen[0], '')
})

t.test('what an end of all has ended is counted until it is deleted, and then taken out once', async t => {
  const opened = await openStore(t)
  const { client, keys, liveCount, store } = opened
  const [ended, other] = [newSession('1'), newSession('2')]
  for (const session of [ended, other]) await store.create(session)
  await liveCount.flush()
  // An end-all that got no further than its first write, and a count that is wrong elsewhere.
  await client.hset(keys.notBefore(ended.credential.id.slice(0, 4)), '1', Date.now() + 5)
  await client.hincrby(keys.liveSessions, '999999999', 5)
  await client.hincrby(keys.liveSessions, 'total', 5)
  upkeepOf(t, opened, { settleMs: 1 })
  await eventually(t, 2, () => store.countLive())
  await sleep(10)
  await store.endAll('1', null)
  t.equal(await client.exists(keys.session(ended.credential.id)), 0)
  t.equal(await store.countLive(), 1)
})

t.test('a recount takes what is not flushed yet for no loss, however steadily sessions come', async t => {
  const opened = await openStore(t)
  const { store: steady, liveCount } = await openStore(t, { prefix: opened.config.KEY_PREFIX, flushEveryMs: 150 })
  // Each pass finds some too few in the newest bucket, and often as many as the pass before.
  upkeepOf(t, opened, { settleMs: 200, everyMs: 1 })
  for (let created = 1; created <= 100; created++) {
    await steady.create(newSession(String(created)))
    await sleep(40)
    if (created % 10 > 0) continue
    await liveCount.flush()
    t.equal(await opened.store.countLive(), created)
  }
})

t.test('nor sessions that come as others go, however often as many are there', async t => {
  const opened = await openStore(t)
  const { store: busy, liveCount } = await openStore(t, { prefix: opened.config.KEY_PREFIX, flushEveryMs: 1_000_000 })
  upkeepOf(t, opened, { settleMs: 30, everyMs: 1 })
  let live = [newSession('1'), newSession('1')]
  for (const session of live) await busy.create(session)
  for (let i = 0; i < 60; i++) {
    const [next, oldest] = [newSession('1'), live[0]?.credential.id ?? '']
    await busy.create(next)
    await busy.end('1', oldest)
    live = [...live.slice(1), next]
    await sleep(10)
  }
  t.equal(await opened.store.countLive(), 0, 'nothing is told yet, and nothing is made up')
  await liveCount.flush()
  t.equal(await opened.store.countLive(), 2)
})

t.test('a session that is damaged, or none at all, is in no bucket, and hides no other', async t => {
  const { store, client, keys } = await openStore(t)
  const sessions = Array.from({ length: 4 }, () => newSession('1'))
  for (const session of sessions) await store.create(session)
  const [whole, text, torn, garbled] = sessions.map(({ credential: { id } }) => keys.session(id)) as [string, string, string, string]
  await client.rename(text, `${text}-kept`)
  await client.set(text, 'not a hash', 'PX', 60_000)
  const digest = String(await client.hget(torn, 's'))
  await client.hdel(torn, 's')
  await client.hset(garbled, 'e', 'x')
  const gone = keys.session(newSession('1').credential.id)
  const buckets = (await Promise.all([text, torn, garbled, gone, whole].map(key => client.sessionsDeadline(1, key, 1000)))).flat()
  t.strictSame(buckets.slice(0, 4), ['', '', '', ''])
  t.match(buckets[4], /^\d+$/)
  if (!client.isCluster) t.strictSame(await client.sessionsDeadline(5, text, torn, garbled, gone, whole, 1000), buckets)
  await client.rename(`${text}-kept`, text)
  await client.hset(torn, 's', digest)
  await client.hdel(garbled, 'e')
})
