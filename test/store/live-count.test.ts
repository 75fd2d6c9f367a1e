import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import type { Test } from 'tap'
import { createKeys } from '../../src/store/keys.ts'
import { createLiveCount } from '../../src/store/live-count.ts'
import { randomPrefix } from '../harness.ts'
import { connected } from './fixture.ts'

/** A count that flushes only when it is told to. */
async function counting (t: Test, flushEveryMs = 1_000_000) {
  const client = await connected(t)
  const keys = createKeys(randomPrefix())
  const liveCount = createLiveCount({ client, keys, retentionMs: 60_000, flushEveryMs })
  t.teardown(() => liveCount.close())
  return { client, key: keys.liveSessions, liveCount }
}

/** The bucket of a deadline that many buckets of 10 s from now. */
const bucket = (fromNow: number) => String(Math.floor(Date.now() / 10_000) + fromNow)

t.test('sessions that come, move and go are counted in the bucket of their deadline', async t => {
  const { client, key, liveCount } = await counting(t)
  const [soon, later] = [bucket(10), bucket(20)]
  for (let i = 0; i < 3; i++) liveCount.add(soon)
  liveCount.move(soon, later)
  liveCount.move(later, later)
  liveCount.move(undefined, undefined)
  liveCount.remove(soon)
  liveCount.remove('')
  liveCount.remove(undefined)
  t.equal(await liveCount.read(), 2)
  t.match(await client.hgetall(key), { [soon]: '1', [later]: '1', total: '2' })
  const left = await client.pttl(key)
  t.ok(left > 59_000 && left <= 60_000)
  liveCount.remove(soon)
  t.equal(await liveCount.read(), 1)
  t.equal(await client.hexists(key, soon), 0, 'an empty bucket takes no place')
})

t.test('changes are flushed by themselves, and when the count is closed', async t => {
  const { client, key, liveCount } = await counting(t, 20)
  liveCount.add(bucket(10))
  await sleep(100)
  t.equal(await client.hget(key, 'total'), '1')
  liveCount.add(bucket(10))
  await liveCount.close()
  t.equal(await client.hget(key, 'total'), '2')
})

t.test('changes that cancel each other are no change', async t => {
  const { client, key, liveCount } = await counting(t)
  liveCount.add(bucket(10))
  liveCount.remove(bucket(10))
  await liveCount.flush()
  t.strictSame(await client.hgetall(key).then(({ total }) => total), '0')
})

t.test('what could not be flushed is kept for the next time', async t => {
  const { client, key, liveCount } = await counting(t, 20)
  await client.set(key, 'no hash', 'PX', 60_000)
  liveCount.add(bucket(10))
  await t.rejects(liveCount.read())
  liveCount.add(bucket(11))
  await sleep(60)
  await client.del(key)
  // A flush that was under way may have failed: its changes come with the next.
  await sleep(60)
  t.equal(await liveCount.read(), 2)
  await client.set(key, 'no hash', 'PX', 60_000)
  liveCount.add(bucket(10))
  await t.resolves(liveCount.close(), 'closing does not fail for it')
  await client.del(key)
})

t.test('what Redis did without an answer counts once, however often it is sent again, and nothing overtakes it', async t => {
  const { client, keys } = { client: await connected(t), keys: createKeys(randomPrefix()) }
  let isLosing = true
  const lossy = Object.create(client, {
    liveCount: {
      value: async (...args: Parameters<typeof client.liveCount>) => {
        const reply = await client.liveCount(...args)
        if (isLosing) throw new Error('no reply')
        return reply
      }
    }
  }) as typeof client
  const liveCount = createLiveCount({ client: lossy, keys, retentionMs: 60_000, flushEveryMs: 1_000_000 })
  liveCount.add(bucket(10))
  liveCount.add(bucket(10))
  await t.rejects(liveCount.read())
  t.equal(await client.hget(keys.liveSessions, 'total'), '2', 'it was done')
  liveCount.remove(bucket(10))
  liveCount.add(bucket(11))
  const all = await Promise.allSettled([liveCount.read(), liveCount.read(), liveCount.read()])
  t.strictSame(all.map(({ status }) => status), ['rejected', 'rejected', 'rejected'], 'who waits for one that fails fails with it')
  t.equal(await client.hget(keys.liveSessions, 'total'), '2')
  isLosing = false
  t.strictSame(await Promise.all([liveCount.read(), liveCount.read(), liveCount.read()]), [2, 2, 2])
  t.match(await client.hgetall(keys.liveSessions), { [bucket(10)]: '1', [bucket(11)]: '1', total: '2' })
  liveCount.remove(bucket(11))
  await liveCount.close()
  t.strictSame(Object.keys(await client.hgetall(keys.liveSessions)).sort(), [bucket(10), 'drained', 'total'].sort(), 'who is closed leaves nothing of itself')
})

t.test('an end that is told before its beginning makes the count never less than nothing', async t => {
  const { client, key, liveCount } = await counting(t)
  liveCount.remove(bucket(10))
  t.equal(await liveCount.read(), 0)
  t.equal(await client.hget(key, 'total'), '-1')
  liveCount.add(bucket(10))
  liveCount.add(bucket(10))
  t.equal(await liveCount.read(), 1)
})

t.test('a bucket that is over leaves the total; changes to it come too late', async t => {
  const { client, key, liveCount } = await counting(t)
  await client.hset(key, { total: 10, [bucket(-1)]: 3, [bucket(-2)]: 2, [bucket(5)]: 5, drained: bucket(-3) })
  liveCount.add(bucket(-1))
  liveCount.remove(bucket(-4))
  t.equal(await liveCount.read(), 5)
  t.strictSame(Object.keys(await client.hgetall(key)).filter(field => !field.startsWith('from:')).sort(), [bucket(5), 'drained', 'total'].sort())
  t.equal(await liveCount.read(), 5)
})

t.test('a clock that has gone back brings no bucket again that has left the total', async t => {
  const { client, key, liveCount } = await counting(t)
  await client.hset(key, { total: 4, [bucket(9)]: 4, drained: bucket(5) })
  liveCount.add(bucket(3))
  liveCount.remove(bucket(5))
  liveCount.add(bucket(6))
  t.equal(await liveCount.read(), 5)
  t.match(await client.hgetall(key), { drained: bucket(5) })
})

t.test('after a stop of hours the buckets of all that time leave the total', async t => {
  const { client, key, liveCount } = await counting(t)
  await client.hset(key, { total: 10, [bucket(-5000)]: 3, [bucket(-1)]: 2, [bucket(0)]: 1, [bucket(5)]: 4, drained: bucket(-6000) })
  t.equal(await liveCount.read(), 5)
  t.match(await client.hgetall(key), { total: '5', drained: bucket(-1) })
})

t.test('of which one call takes out a few, so that none blocks Redis for long', async t => {
  const { client, key } = await counting(t)
  await client.hset(key, { total: 6, [bucket(-400)]: 1, [bucket(-2)]: 2, [bucket(5)]: 3, drained: bucket(-501) })
  const call = () => client.liveCount(key, 60_000, '', 0)
  t.strictSame([await call(), await call(), await call()], [['5', 1], ['3', 0], ['3', 0]])
})
