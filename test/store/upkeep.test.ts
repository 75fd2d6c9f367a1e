import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { startUpkeep } from '../../src/store/upkeep.ts'
import { connected, newSession, openStore } from './fixture.ts'
import { eventually, fill, upkeepOf } from './upkeep.ts'

t.test('instances take turns: while one holds the lock, the others do nothing', async t => {
  const opened = await openStore(t)
  const { client, keys, store, liveCount } = opened
  await store.create(newSession('1'))
  await liveCount.flush()
  await client.hincrby(keys.liveSessions, '999999999', 5)
  await client.hincrby(keys.liveSessions, 'total', 5)
  await client.set(keys.recountLock, 'another instance', 'PX', 5000)
  const waiting = upkeepOf(t, opened, { settleMs: 1 })
  await sleep(300)
  t.equal(await store.countLive(), 6, 'not repaired')
  await waiting.close()
  await client.del(keys.recountLock)
  upkeepOf(t, opened, { settleMs: 1 })
  await eventually(t, 1, () => store.countLive())
})

t.test('after something without an answer the next turn comes soon, and an instance that crashed is forgotten', async t => {
  const opened = await openStore(t)
  const { client, keys, store, liveCount } = opened
  const hold = client.recountLock.bind(client)
  const turn = new Promise<void>(resolve => {
    client.recountLock = (async (...args: Parameters<typeof hold>) => {
      const reply = await hold(...args)
      if (args[2] === 0) resolve()
      return reply
    }) as typeof hold
  })
  const upkeep = upkeepOf(t, opened, { settleMs: 100, everyMs: 1_000_000, againMs: 1000 })
  await sleep(50)
  await store.create(newSession('1'))
  await liveCount.flush()
  await turn
  const now = Math.floor(Date.now() / 10_000)
  await client.hset(keys.liveSessions, 'from:crashed', `7 ${now - 400}`, 'from:another', `7 ${now - 300}`)
  await client.hincrby(keys.liveSessions, '999999999', 5)
  await client.hincrby(keys.liveSessions, 'total', 5)
  await sleep(1200)
  t.equal(await store.countLive(), 6, 'by itself it would come much later')
  upkeep.soon()
  upkeep.soon()
  await eventually(t, 1, () => store.countLive(), 20_000)
  t.strictSame(await client.hmget(keys.liveSessions, 'from:crashed', 'from:another'), [null, `7 ${now - 300}`])
  await client.hdel(keys.liveSessions, 'from:another')
})

t.test('what moves while it is looked at is looked at again, until it is right', async t => {
  const opened = await openStore(t)
  const { client, keys, store } = opened
  const upkeep = upkeepOf(t, opened, { settleMs: 20, everyMs: 1_000_000, againMs: 100 })
  await sleep(300)
  upkeep.soon()
  // It looks after a second, and not more than seven times, of which a quick machine does one in an eighth of a second.
  const end = Date.now() + 1500
  for (let moved = 1; Date.now() < end; moved++) {
    await client.hincrby(keys.liveSessions, '999999999', 1)
    await client.hincrby(keys.liveSessions, 'total', 1)
    await sleep(5)
  }
  t.ok(await store.countLive() > 10, 'not taken for wrong while it moves')
  await eventually(t, 0, () => store.countLive())
})

t.test('upkeep gives back its own lock, and not one that another instance has taken since', async t => {
  const opened = await openStore(t)
  const { client, keys, store } = opened
  await fill(store, 900)
  const upkeep = upkeepOf(t, opened, { settleMs: 0, everyMs: 1_000_000 })
  while (await client.exists(keys.recountLock) === 0) await sleep(0)
  await client.set(keys.recountLock, 'another instance', 'PX', 5000)
  await sleep(300)
  await upkeep.close()
  t.equal(await client.get(keys.recountLock), 'another instance')
  await client.del(keys.recountLock)
  const next = upkeepOf(t, opened, { settleMs: 0, everyMs: 1_000_000 })
  while (await client.exists(keys.recountLock) === 0) await sleep(0)
  await eventually(t, 0, () => client.exists(keys.recountLock))
  await next.close()
})

t.test('the lock is renewed while a turn takes long', async t => {
  const opened = await openStore(t)
  const { client, keys, store } = opened
  await fill(store, 300)
  const held: number[] = []
  const [hold, look] = [client.recountLock, client.sessionsDeadline]
  client.recountLock = ((...args: Parameters<typeof hold>) => {
    held.push(Number(args[2]))
    return hold.apply(client, args)
  }) as typeof hold
  client.sessionsDeadline = (async (...args: Parameters<typeof look>) => {
    await sleep(250)
    return look.apply(client, args)
  }) as typeof look
  const upkeep = upkeepOf(t, opened, { settleMs: 0, everyMs: 1_000_000 })
  while (held.length < 4) await sleep(20)
  t.ok(await client.pttl(keys.recountLock) > 9000)
  t.strictSame([...new Set(held)], [10_000])
  await upkeep.close()
  t.equal(held.at(-1), 0, 'and given back')
})

t.test('closing stops upkeep after the step that is running', async t => {
  const opened = await openStore(t)
  const { client, keys, store } = opened
  await fill(store, 900)
  const errors: unknown[] = []
  const upkeep = upkeepOf(t, opened, { settleMs: 0, onError: error => errors.push(error) })
  while (await client.exists(keys.recountLock) === 0) await sleep(0)
  const asked = Date.now()
  await upkeep.close()
  t.ok(Date.now() - asked < 200)
  t.strictSame(errors, [])
  t.equal(await store.countLive(), 900)
})

t.test('a Redis that is away is told to whoever listens, and to nobody otherwise', async t => {
  const opened = await openStore(t)
  const client = await connected(t)
  client.disconnect()
  const errors: unknown[] = []
  upkeepOf(t, { ...opened, client }, { settleMs: 1, onError: error => errors.push(error) })
  upkeepOf(t, { ...opened, client }, { settleMs: 1 })
  await eventually(t, 1, async () => errors.length, 1000)
})

t.test('without other wishes the first turn comes soon after the start', async t => {
  const opened = await openStore(t)
  const { client, keys, liveCount, store } = opened
  await client.hset(keys.liveSessions, 'total', '3', '999999999', '3')
  await client.pexpire(keys.liveSessions, 60_000)
  const upkeep = startUpkeep({ client, keys, liveCount, touchIntervalMs: 1000, retentionMs: 86_400_000, historyLimits: { entries: 200, retentionMs: 60_000, endedMs: 60_000 } })
  t.teardown(() => upkeep.close())
  await eventually(t, 0, () => store.countLive())
})
