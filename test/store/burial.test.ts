/** Sessions that expire without anybody looking. What whoever looks finds is in contract/history.ts. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { tagOf } from '../../src/sessions/credential.ts'
import type { NewSession } from '../../src/sessions/store.ts'
import { createBurial } from '../../src/store/burial.ts'
import { createWalk } from '../../src/store/walk.ts'
import { connected, newSession, openStore } from './fixture.ts'
import { memberOf, membersOf } from './index-members.ts'
import { eventually, upkeepOf } from './upkeep.ts'

type Opened = Awaited<ReturnType<typeof openStore>>

const historyLimits = { entries: 1000, retentionMs: 3_600_000, endedMs: 3_600_000 }
const open = (t: Parameters<typeof openStore>[0]) => openStore(t, { touchIntervalMs: 0, historyLimits, flushEveryMs: 10 })

/** What stands in the list of a user, read past the store: reading it there would make the events. */
async function endsOf ({ client, keys }: Pick<Opened, 'client' | 'keys'>, userId = '7'): Promise<string[]> {
  const entries = await client.lrange(keys.userActivity(tagOf(userId), userId), 0, -1)
  return entries.filter(entry => entry.split(' ')[2] === 'ended')
}

async function expired ({ store, client, keys }: Opened, sessions: NewSession[]): Promise<void> {
  await Promise.all(sessions.map(session => store.create(session)))
  // Redis owns the clock.
  for (const { credential: { id } } of sessions) while (await client.exists(keys.session(id)) > 0) await sleep(5)
}

const brief = (userId = '7', changes: Partial<NewSession> = {}) => newSession(userId, { idleMs: 60, ...changes })

t.test('a session that expires unseen gets its event and its tombstone without anybody looking', async t => {
  const opened = await open(t)
  const { store, client, keys } = opened
  const [idle, absolute, live] = [brief(), brief('7', { idleMs: 3_600_000, absoluteMs: 80 }), newSession('7')]
  const { createdAtMs } = await store.create(live)
  await expired(opened, [idle, absolute])
  t.strictSame(await endsOf(opened), [], 'nobody knows')
  t.strictSame(await store.explain(idle.credential.id), { state: 'unknown' })

  upkeepOf(t, opened, { settleMs: 60 })
  await eventually(t, 2, async () => (await endsOf(opened)).length)
  t.match((await endsOf(opened)).join('\n'), /r=expired_absolute[^]*r=expired_idle|r=expired_idle[^]*r=expired_absolute/)
  const explained = await store.explain(idle.credential.id)
  t.match(explained, { state: 'ended', ended: { userId: '7', reason: 'expired_idle' } })
  if (explained.state === 'ended') t.equal(explained.ended.endedAtMs - Number(explained.ended.createdAtMs), 60, 'when it expired, not when that was noticed')
  t.strictSame(await membersOf(client, keys.userSessions(tagOf('7'), '7')), [memberOf({ id: live.credential.id, createdAtMs })])
  await sleep(200) // further turns
  t.equal((await endsOf(opened)).length, 2)
})

t.test('what an end-all had ended before is told as that', async t => {
  const opened = await open(t)
  const { store, client, keys } = opened
  const session = brief('7', { idleMs: 300 })
  await store.create(session)
  // One that breaks off after its first step.
  await client.sessionsEndBefore(keys.notBefore(tagOf('7')), '7', 86_400_000, '', 0, 'password_changed', '')
  upkeepOf(t, opened, { settleMs: 60 })
  await eventually(t, 1, async () => (await endsOf(opened)).length)
  t.match(await store.explain(session.credential.id), { state: 'ended', ended: { reason: 'password_changed' } })
})

t.test('many of one user, and some of many', async t => {
  const opened = await open(t)
  await expired(opened, [...Array.from({ length: 350 }, () => brief()), ...Array.from({ length: 450 }, (_, i) => brief(`user${i}`))])
  upkeepOf(t, opened, { settleMs: 60 })
  await eventually(t, 350, async () => (await endsOf(opened)).length)
  for (let i = 0; i < 450; i++) await eventually(t, 1, async () => (await endsOf(opened, `user${i}`)).length)
})

t.test('however many look and bury at once, each session ends once', async t => {
  const opened = await open(t)
  const { store, keys, liveCount } = opened
  const sessions = Array.from({ length: 150 }, (_, i) => brief(String(7 + i % 3)))
  await expired(opened, sessions)
  // Instances that take no turns, as after a lock that was lost.
  const instances = await Promise.all([1, 2, 3].map(async () => {
    const client = await connected(t)
    return createBurial({ client, keys, liveCount, touchIntervalMs: 0, retentionMs: 60_000, historyLimits }, createWalk(client, async () => {}))
  }))
  const looks = ['7', '8', '9'].flatMap(userId => [store.activity(userId, null), store.listEnded(userId), store.create(newSession(userId))])
  await Promise.all([...instances.map(({ bury }) => bury()), ...looks, ...instances.map(({ bury }) => bury())])
  const ends = (await Promise.all(['7', '8', '9'].map(userId => endsOf(opened, userId)))).flat().map(entry => entry.split(' ')[3])
  t.equal(ends.length, 150)
  t.strictSame(new Set(ends), new Set(sessions.map(({ credential: { id } }) => id.replaceAll('-', '').slice(4))))
})

t.test('two instances take turns, and what expires between them is one event each', async t => {
  const opened = await open(t)
  const other = { ...opened, client: await connected(t) }
  upkeepOf(t, opened, { settleMs: 60 })
  upkeepOf(t, other, { settleMs: 60 })
  for (let wave = 1; wave <= 3; wave++) {
    await expired(opened, Array.from({ length: 20 }, () => brief()))
    await eventually(t, 20 * wave, async () => (await endsOf(opened)).length)
  }
  t.equal(new Set((await endsOf(opened)).map(entry => entry.split(' ')[3])).size, 60)
})

t.test('what Redis refuses to tell of some indexes is asked again in the next turn', async t => {
  const opened = await open(t)
  const { client } = opened
  await expired(opened, [brief()])
  const ask = client.indexesExpired
  let refusals = 0
  client.indexesExpired = ((...args: Parameters<typeof ask>) => refusals++ === 0 ? Promise.reject(new Error('refused')) : ask.apply(client, args)) as typeof ask
  const errors: unknown[] = []
  upkeepOf(t, opened, { settleMs: 60, onError: error => errors.push(error) })
  await eventually(t, 1, async () => (await endsOf(opened)).length)
  t.strictSame(errors, [])
})

t.test('an index that is damaged is left alone and hides no other', async t => {
  const opened = await open(t)
  const { client, keys } = opened
  await expired(opened, [brief()])
  const damaged = keys.userSessions(tagOf('8'), '8')
  await client.set(damaged, 'no index', 'PX', 60_000)
  const errors: unknown[] = []
  upkeepOf(t, opened, { settleMs: 60, onError: error => errors.push(error) })
  await eventually(t, 1, async () => (await endsOf(opened)).length)
  await sleep(200) // further turns
  t.strictSame(errors, [])
  t.equal(await client.get(damaged), 'no index')
  await client.del(damaged)
})
