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

t.test('a use of a session that is not there is none', async t => {
  const client = await connected(t)
  const log = createUserLog({ client, keys: createKeys(randomPrefix()), liveCount: { move: () => t.fail('nothing has moved') }, instance: 'i', graceMs: 1000, touchIntervalMs: 1000, historyLimits: { entries: 10, retentionMs: 1000, endedMs: 1000 } }, command => command())
  t.equal(await log.touch('e1080000-0000-4000-8000-000000000001'), false)
})
