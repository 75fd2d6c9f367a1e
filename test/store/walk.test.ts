import t from 'tap'
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

t.test('a session that is damaged, or none at all, is in no bucket, and hides no other', async t => {
  const { store, client, keys } = await openStore(t)
  const sessions = Array.from({ length: 3 }, () => newSession('1'))
  for (const session of sessions) await store.create(session)
  const [whole, text, torn] = sessions.map(({ credential: { id } }) => keys.session(id)) as [string, string, string]
  await client.rename(text, `${text}-kept`)
  await client.set(text, 'not a hash', 'PX', 60_000)
  const digest = String(await client.hget(torn, 's'))
  await client.hdel(torn, 's')
  const gone = keys.session(newSession('1').credential.id)
  const buckets = (await Promise.all([text, torn, gone, whole].map(key => client.sessionsDeadline(1, key, 1000)))).flat()
  t.strictSame(buckets.slice(0, 3), ['', '', ''])
  t.match(buckets[3], /^\d+$/)
  if (!client.isCluster) t.strictSame(await client.sessionsDeadline(4, text, torn, gone, whole, 1000), buckets)
  await client.rename(`${text}-kept`, text)
  await client.hset(torn, 's', digest)
})

t.test('a walk leaves most of the time to who asks meanwhile', async t => {
  const { client, keys } = await openStore(t)
  const stored = Array.from({ length: 450 }, (_, i) => keys.session(newSession(String(i)).credential.id))
  await Promise.all(stored.map(key => client.set(key, 'x', 'PX', 60_000)))
  const startedAtMs = performance.now()
  let busyMs = 0
  let steps = 0
  await createWalk(client, async () => { steps++ })(keys.everySession, async () => {
    const until = performance.now() + 3
    while (performance.now() < until);
    busyMs += 3
  })
  t.ok(steps > 2, String(steps))
  // Behind the last step there is no pause.
  t.ok(performance.now() - startedAtMs > 18 * (busyMs - 6), `${performance.now() - startedAtMs} ms of which ${busyMs}`)
  await Promise.all(stored.map(key => client.del(key)))
})
