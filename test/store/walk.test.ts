import t from 'tap'
import { mastersOf } from '../../src/store/scripts.ts'
import { createWalk, askOfMany } from '../../src/store/walk.ts'
import { newSession, openStore } from './fixture.ts'

t.test('what is asked of many keys comes back in their order, many in one call, on a Cluster each by itself', async t => {
  const found = Array.from({ length: 60 }, (_, i) => `key ${i}`)
  for (const [isCluster, sizes] of [[false, [25, 25, 10]], [true, found.map(() => 1)]] as const) {
    const calls: number[] = []
    const answers = await askOfMany({ isCluster }, found, async keys => {
      calls.push(keys.length)
      return keys.map(key => `of ${key}`)
    })
    t.strictSame(answers, found.map(key => `of ${key}`))
    t.strictSame(calls, sizes)
  }
})

t.test('a walk leaves most of the time to who asks meanwhile', async t => {
  const { client, keys } = await openStore(t)
  const stored = Array.from({ length: 1500 }, (_, i) => keys.session(newSession(String(i)).credential.id))
  await Promise.all(stored.map(key => client.set(key, 'x', 'PX', 60_000)))
  const startedAtMs = performance.now()
  const found: number[] = []
  await createWalk(client, async () => {})(keys.everySession, async some => { found.push(some.length) })
  const tookMs = performance.now() - startedAtMs
  const all = found.reduce((sum, count) => sum + count, 0)
  t.ok(all >= 1500, String(all))
  // Behind the last step of each master there is no pause.
  t.ok(tookMs > 0.1 * (all - mastersOf(client).length * Math.max(...found)), `${tookMs} ms in ${found.length} steps`)
  await Promise.all(stored.map(key => client.del(key)))
})
