import t from 'tap'
import { createUserLog } from '../../../src/store/events/log.ts'
import { createKeys } from '../../../src/store/keys.ts'
import { randomPrefix } from '../../harness.ts'
import { connected, newSession, openStore } from '../fixture.ts'
import type { RedisClient } from '../../../src/store/scripts.ts'

t.test('on a Cluster each call is about one slot, and one that fails keeps nothing from the others', async t => {
  const calls: unknown[][] = []
  const client = {
    isCluster: true,
    async eventsWatch (numberOfKeys: number, ...rest: unknown[]) {
      const keys = rest.slice(0, numberOfKeys).map(String)
      calls.push(keys)
      if (keys[0]?.endsWith(':2') === true) throw new Error('CLUSTERDOWN')
      return [[[['logged_out']], '1', '2', '2 - open {}']]
    },
    async eventsGlance (_numberOfKeys: number, key: string) {
      if (key.endsWith(':2')) throw new Error('CLUSTERDOWN')
      return key.endsWith(':3') ? [1] : []
    }
  } as unknown as RedisClient
  const log = createUserLog({
    client,
    keys: createKeys(''),
    liveCount: { move: () => {} },
    instance: 'i',
    graceMs: 1000,
    touchIntervalMs: 1000,
    historyLimits: { entries: 10, retentionMs: 1000, endedMs: 1000 }
  }, command => command())
  const watches = ['1', '2', '3'].map(userId => ({ userId, sessionIds: [], after: null, keeps: '' as const }))
  const found = await log.watch(watches)
  t.equal(calls.length, 3)
  t.strictSame(found.map(one => one?.verdicts ?? null), [[{ reason: 'logged_out' }], null, [{ reason: 'logged_out' }]])
  t.strictSame(await log.haveChanged(['1', '2', '3'].map(userId => ({ userId, sessionIds: [], newest: 2 }))), [false, false, true], 'who cannot be asked about is asked about again')
})

t.test('who is dead begins no log: of a deleted account nothing is there again', async t => {
  const { client, keys, store } = await openStore(t)
  const log = createUserLog({ client, keys, liveCount: { move: () => {} }, instance: 'i', graceMs: 1000, touchIntervalMs: 1000, historyLimits: { entries: 10, retentionMs: 1000, endedMs: 60_000 } }, command => command())
  const session = newSession('7')
  const { id } = session.credential
  const watch = { userId: '7', sessionIds: [id], after: null, keeps: 'log' as const }
  await store.create(session)
  await store.end('7', id)
  t.match(await log.watch([watch]), [{ verdicts: [{ reason: 'logged_out' }], oldest: 0, newest: 0, entries: [] }])
  t.equal(await client.exists(keys.userEvents(id.slice(0, 4), '7')), 0)

  const another = newSession('7')
  await store.create(another)
  t.match(await log.watch([{ ...watch, sessionIds: [another.credential.id] }]), [{ verdicts: [{ generation: 1 }], oldest: Number }])
  t.equal(await client.exists(keys.userEvents(id.slice(0, 4), '7')), 1)
})

t.test('a glance finds whose log has grown, and whose session may have ended, however it ended', async t => {
  const { client, keys, store } = await openStore(t)
  const log = createUserLog({ client, keys, liveCount: { move: () => {} }, instance: 'i', graceMs: 1000, touchIntervalMs: 1000, historyLimits: { entries: 10, retentionMs: 1000, endedMs: 60_000 } }, command => command())
  const sessions = Array.from({ length: 6 }, (_, i) => newSession(String(i)))
  for (const session of sessions) await store.create(session)
  const second = newSession('5')
  await store.create(second)
  const idOf = (i: number) => sessions[i]?.credential.id ?? ''
  const watches = sessions.map(({ credential: { id } }, i) => ({ userId: String(i), sessionIds: [id], after: null, keeps: 'log' as const }))
  const read = await log.watch(watches)
  const known = () => watches.map(({ userId, sessionIds }, i) => ({ userId, sessionIds, newest: read[i]?.newest ?? 0 }))
  const changed = async () => (await log.haveChanged(known())).flatMap((isChanged, i) => isChanged ? [i] : [])
  t.strictSame(await changed(), [])
  await store.takeChannel(idOf(1), 'playback', { state: null, ifVersion: null })
  await store.end('2', idOf(2))
  await client.hset(keys.notBefore(idOf(3).slice(0, 4)), '3', String(Date.now() + 60_000))
  await client.del(keys.userEvents(idOf(4).slice(0, 4), '4'))
  t.strictSame(await changed(), [1, 2, 3, 4])
  await store.endOthers('5', idOf(5))
  t.strictSame(await changed(), [1, 2, 3, 4, 5], 'what others did is in the log')
  read.splice(5, 1, ...await log.watch(watches.slice(5)))
  t.strictSame(await changed(), [1, 2, 3, 4], 'who was kept by an end of all others lives')
  await client.del(keys.userEvents(idOf(0).slice(0, 4), '0'))
  await client.set(keys.userEvents(idOf(0).slice(0, 4), '0'), 'damaged', 'PX', 60_000)
  t.strictSame(await changed(), [0, 1, 2, 3, 4])
  await client.del(keys.userEvents(idOf(0).slice(0, 4), '0'))
  await client.del(keys.notBefore(idOf(3).slice(0, 4)))
})

t.test('a use of a session that is not there is none', async t => {
  const client = await connected(t)
  const log = createUserLog({ client, keys: createKeys(randomPrefix()), liveCount: { move: () => t.fail('nothing has moved') }, instance: 'i', graceMs: 1000, touchIntervalMs: 1000, historyLimits: { entries: 10, retentionMs: 1000, endedMs: 1000 } }, command => command())
  t.equal(await log.touch('e1080000-0000-4000-8000-000000000001'), false)
})
