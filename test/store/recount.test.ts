import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { createLiveCount } from '../../src/store/live-count.ts'
import { startRecount, type RecountOptions } from '../../src/store/recount.ts'
import { createRedisStore } from '../../src/store/redis-store.ts'
import { connected, newSession, openStore } from './fixture.ts'

/** A recount of that store's namespace that is done often. */
function recountOf (t: Test, { client, keys, config }: Pick<Awaited<ReturnType<typeof openStore>>, 'client' | 'keys' | 'config'>, changes: Partial<RecountOptions> = {}) {
  const recount = startRecount({ client, keys, touchIntervalMs: config.TOUCH_INTERVAL_MS, retentionMs: 86_400_000, everyMs: 50, settleMs: 600, ...changes })
  t.teardown(() => recount.close())
  return recount
}

async function eventually (t: Test, expected: unknown, ask: () => Promise<unknown>, withinMs = 5000) {
  const deadline = Date.now() + withinMs
  while (await ask() !== expected && Date.now() < deadline) await sleep(20)
  t.equal(await ask(), expected)
}

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
    dataLimits: { keys: 1, bytes: 10 }
  })
  await Promise.all(Array.from({ length: 450 }, (_, i) => crashing.create(newSession(String(i), { idleMs: 100_000 + i * 10_000 }))))
  await crashing.end('1', ended.credential.id)
  // And 600 that were never taken away, as many as no single step of a scan answers.
  const bucket = Math.floor(Date.now() / 10_000) + 6000
  await client.hset(keys.liveSessions, Object.fromEntries(Array.from({ length: 600 }, (_, i) => [bucket + i, 1])))
  await client.hincrby(keys.liveSessions, 'total', 600)
  t.equal(await store.countLive(), 602, 'wrong')
  recountOf(t, opened)
  await eventually(t, 451, () => store.countLive())
})

t.test('a recount takes what is not flushed yet for no loss, however steadily sessions come', async t => {
  const opened = await openStore(t)
  const { store: steady, liveCount } = await openStore(t, { prefix: opened.config.KEY_PREFIX, flushEveryMs: 150 })
  // Each pass finds some too few in the newest bucket, and often as many as the pass before.
  recountOf(t, opened, { settleMs: 200, everyMs: 1 })
  for (let created = 1; created <= 100; created++) {
    await steady.create(newSession(String(created)))
    await sleep(40)
    if (created % 10 > 0) continue
    await liveCount.flush()
    t.equal(await opened.store.countLive(), created)
  }
})

t.test('instances take turns: while one holds the lock, the others do not count', async t => {
  const opened = await openStore(t)
  const { client, keys, store, liveCount } = opened
  await store.create(newSession('1'))
  await liveCount.flush()
  await client.hincrby(keys.liveSessions, '999999999', 5)
  await client.hincrby(keys.liveSessions, 'total', 5)
  await client.set(keys.recountLock, 'another instance', 'PX', 5000)
  const waiting = recountOf(t, opened, { settleMs: 1 })
  await sleep(300)
  t.equal(await store.countLive(), 6, 'not repaired')
  await waiting.close()
  await client.del(keys.recountLock)
  recountOf(t, opened, { settleMs: 1 })
  await eventually(t, 1, () => store.countLive())
})

t.test('a recount gives back its own lock, and not one that another instance has taken since', async t => {
  const opened = await openStore(t)
  const { client, keys, store } = opened
  await Promise.all(Array.from({ length: 900 }, (_, i) => store.create(newSession(String(i)))))
  const recount = recountOf(t, opened, { settleMs: 0, everyMs: 1_000_000 })
  while (await client.exists(keys.recountLock) === 0) await sleep(0)
  await client.set(keys.recountLock, 'another instance', 'PX', 5000)
  await sleep(300)
  t.equal(await client.get(keys.recountLock), 'another instance')
  await recount.close()
  await client.del(keys.recountLock)
  const next = recountOf(t, opened, { settleMs: 0, everyMs: 1_000_000 })
  while (await client.exists(keys.recountLock) === 0) await sleep(0)
  await eventually(t, 0, () => client.exists(keys.recountLock))
  await next.close()
})

t.test('closing stops a recount after the step that is running', async t => {
  const opened = await openStore(t)
  const { client, keys, store } = opened
  await Promise.all(Array.from({ length: 900 }, (_, i) => store.create(newSession(String(i)))))
  const errors: unknown[] = []
  const recount = recountOf(t, opened, { settleMs: 0, onError: error => errors.push(error) })
  while (await client.exists(keys.recountLock) === 0) await sleep(0)
  const asked = Date.now()
  await recount.close()
  t.ok(Date.now() - asked < 200)
  t.strictSame(errors, [])
  t.equal(await store.countLive(), 900)
})

t.test('a Redis that is away is told to whoever listens, and to nobody otherwise', async t => {
  const opened = await openStore(t)
  const client = await connected(t)
  client.disconnect()
  const errors: unknown[] = []
  recountOf(t, { ...opened, client }, { settleMs: 1, onError: error => errors.push(error) })
  recountOf(t, { ...opened, client }, { settleMs: 1 })
  await eventually(t, 1, async () => errors.length, 1000)
})

t.test('without other wishes the first recount comes soon after the start', async t => {
  const opened = await openStore(t)
  const { client, keys, store } = opened
  await client.hset(keys.liveSessions, 'total', '3', '999999999', '3')
  await client.pexpire(keys.liveSessions, 60_000)
  const recount = startRecount({ client, keys, touchIntervalMs: 1000, retentionMs: 86_400_000 })
  t.teardown(() => recount.close())
  await eventually(t, 0, () => store.countLive())
})
