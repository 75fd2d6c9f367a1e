/** What can be seen of the history in Redis alone: damage, crashes, retention. The rest is in contract/history.ts. */
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { tagOf } from '../../src/sessions/credential.ts'
import { newSession, openStore, type StoreOptions } from './fixture.ts'
import { membersOf } from './index-members.ts'
import type { Test } from 'tap'

async function opened (t: Test, options: StoreOptions = {}, changes: Parameters<typeof newSession>[1] = {}) {
  const { store, client, config, keys, liveCount } = await openStore(t, { touchIntervalMs: 0, ...options })
  const session = newSession('7', changes)
  await store.create(session)
  const { id } = session.credential
  const tag = tagOf('7')
  return {
    store,
    client,
    session,
    id,
    liveCount,
    record: keys.session(id),
    index: keys.userSessions(tag, '7'),
    activity: `${config.KEY_PREFIX}user-activity:{${tag}}:7`,
    tombstone: keys.session(id).replace('session:', 'ended:'),
    /** What an end-all that breaks off after its first step leaves. */
    crashedEndAll: (kept = '') => client.sessionsEndBefore(keys.notBefore(tag), '7', 86_400_000, kept, 0, 'password_changed', '')
  }
}

const endsOf = async ({ store }: Awaited<ReturnType<typeof opened>>) =>
  (await store.activity('7', null)).events.flatMap(({ event, sessionId, atMs, details }) => event === 'ended' ? [{ sessionId, atMs, ...details }] : [])

t.test('a history that is damaged keeps no session from beginning, changing and ending', async t => {
  const { store, client, session, id, activity } = await opened(t)
  await client.set(activity, 'no list', 'PX', 60_000)
  const other = newSession('7')
  await store.create(other)
  t.match(await store.writeData(id, { values: new Map([['a', '1']]), ifVersion: null }), { outcome: 'written' })
  t.ok(await store.validate({ ...session.credential, generation: 2 }))
  t.equal(await store.end('7', id), true)
  t.equal(await store.endAll('7', null), 1)
  await client.del(activity)
})

t.test('of whom everything was ended because the account is gone, nothing is written down any more', async t => {
  const one = await opened(t)
  t.equal(await one.store.endAll('7', null, { reason: 'account_deleted' }), 1)
  await one.store.eraseHistory('7')
  const late = newSession('7')
  await one.store.create(late)
  await one.store.writeData(late.credential.id, { values: new Map([['a', '1']]), ifVersion: null })
  await one.store.end('7', late.credential.id)
  t.strictSame((await one.store.activity('7', null)).events, [])
  t.equal(await one.client.exists(one.activity), 0)
  t.match(await one.store.explain(one.id), { state: 'ended', ended: { reason: 'account_deleted', userId: '7' } })
})

t.test('an entry or a tombstone that cannot be read is left out', async t => {
  const one = await opened(t)
  await one.client.lpush(one.activity, 'nonsense', '1 0 created xyz')
  t.equal((await one.store.activity('7', null)).events.length, 1)
  await one.client.ltrim(one.activity, 2, -1)
  await one.store.end('7', one.id)
  for (const text of ['', 'at=1', 'r=logged_out']) {
    await one.client.set(one.tombstone, text, 'PX', 60_000)
    t.strictSame(await one.store.listEnded('7'), [])
    t.strictSame(await one.store.explain(one.id), { state: 'unknown' })
  }
  await one.client.del(one.tombstone)
})

t.test('an event of a kind that this version does not know is shown all the same', async t => {
  const one = await opened(t)
  await one.client.lpush(one.activity, `${Date.now() + 1} 0 flagged ${one.id.replaceAll('-', '').slice(4)} r=new_country x=1`)
  t.match((await one.store.activity('7', null)).events[0], { event: 'flagged', sessionId: one.id, details: { reason: 'new_country' } })
})

t.test('an event that is too old is not shown, and goes when another one comes', async t => {
  const one = await opened(t, { historyLimits: { entries: 10, retentionMs: 60_000, endedMs: 60_000 } })
  const [entry = ''] = await one.client.lrange(one.activity, 0, -1)
  await one.client.rpush(one.activity, entry.replace(/^\d+/, String(Date.now() - 60_001)))
  t.equal((await one.store.activity('7', null)).events.length, 1)
  await one.store.end('7', one.id)
  t.equal(await one.client.llen(one.activity), 2)
  const left = await one.client.pttl(one.activity)
  t.ok(left > 59_000 && left <= 60_000)
})

t.test('after an end-all that broke off, who notices says what it was, and when', async t => {
  const one = await opened(t)
  const { store, session, id } = one
  const notBefore = Number(await one.crashedEndAll())
  t.match(await store.explain(id), { state: 'dead', reason: 'password_changed', sinceMs: notBefore })
  t.strictSame(await store.list('7', { limit: 10, after: null }), { count: 0, sessions: [] })
  t.strictSame(await store.countOf('7'), new Map())
  t.equal(await store.validate(session.credential), null)
  t.strictSame(await endsOf(one), [{ sessionId: id, atMs: notBefore, reason: 'password_changed' }])
})

t.test('so does who notices when the record is gone too, except for the session that was kept', async t => {
  const one = await opened(t)
  const kept = newSession('7')
  await one.store.create(kept)
  const notBefore = Number(await one.crashedEndAll(one.record.slice(0, one.record.indexOf('}') + 1) + kept.credential.id.replaceAll('-', '').slice(4)))
  // As if both had expired.
  const endedAtMs = notBefore + 5
  for (const member of await membersOf(one.client, one.index)) await one.client.zadd(one.index, endedAtMs, member)
  for (const id of [one.id, kept.credential.id]) await one.client.del(one.record.slice(0, -28) + id.replaceAll('-', '').slice(4))
  while (Date.now() <= endedAtMs) await sleep(2)
  const ends = await endsOf(one)
  t.match(ends.find(({ sessionId }) => sessionId === one.id), { reason: 'password_changed', atMs: notBefore })
  t.match(ends.find(({ sessionId }) => sessionId === kept.credential.id), { reason: 'expired_idle', atMs: endedAtMs })
  await one.liveCount.flush()
  await one.client.del(one.record.replace(/session:.*/, 'live-sessions'))
})

t.test('without its beginning, an expired session is listed with what is left', async t => {
  const one = await opened(t, {}, { idleMs: 40 })
  await one.client.del(one.activity)
  while (await one.client.exists(one.record) === 1) await sleep(5)
  t.equal(await one.store.endAll('7', null), 0)
  t.match(await endsOf(one), [{ sessionId: one.id, reason: 'expired' }])
  t.match(await one.store.listEnded('7'), [{ id: one.id, createdAtMs: Number, lastAccessedAtMs: undefined, ipAddress: '', userAgent: '' }])
})

t.test('what ended longer ago than ended sessions are listed leaves an event and no tombstone', async t => {
  const one = await opened(t, { historyLimits: { entries: 10, retentionMs: 60_000, endedMs: 10 } }, { idleMs: 30 })
  while (await one.client.exists(one.record) === 1) await sleep(5)
  await sleep(20)
  t.match(await endsOf(one), [{ sessionId: one.id, reason: 'expired_idle' }])
  t.strictSame(await one.store.listEnded('7'), [])
  t.equal(await one.client.exists(one.tombstone), 0)
})

t.test('more than a hundred that have expired are all found by an end-all, and none is stepped over by a look', async t => {
  const one = await opened(t, { historyLimits: { entries: 1000, retentionMs: 60_000, endedMs: 60_000 } }, { idleMs: 40 })
  await Promise.all(Array.from({ length: 130 }, () => one.store.create(newSession('7', { idleMs: 40 }))))
  const last = newSession('7', { idleMs: 100 })
  await one.store.create(last)
  while (await one.store.describe(last.credential.id) !== null) await sleep(5)
  await one.store.endAll('7', null)
  t.equal(await one.client.exists(one.index), 0)
  t.equal((await one.store.activity('7', null)).events.filter(({ event }) => event === 'ended').length, 132)
})

t.test('a record that outlives its deadline keeps its place until it is judged', async t => {
  const one = await opened(t, {}, { idleMs: 30 })
  await one.client.persist(one.record)
  while (await one.store.describe(one.id) !== null) await sleep(5)
  t.strictSame(await endsOf(one), [])
  t.match(await one.store.explain(one.id), { state: 'dead', reason: 'expired_idle', actor: undefined })
  t.equal(await one.store.end('7', one.id), false)
  t.match(await endsOf(one), [{ sessionId: one.id, reason: 'expired_idle' }])
})

t.test('a damaged record leaves one event, and explains itself', async t => {
  for (const field of ['u', 'p', 's']) {
    const one = await opened(t)
    await one.client.hdel(one.record, field)
    t.strictSame(await one.store.explain(one.id), { state: 'broken' })
    await one.store.endAll('7', null)
    t.match(await endsOf(one), [{ sessionId: one.id, reason: 'broken' }], `without ${field}`)
    t.match(await one.store.listEnded('7'), [{ id: one.id, reason: 'broken', createdAtMs: undefined }])
    await one.liveCount.flush()
    await one.client.del(one.record.replace(/session:.*/, 'live-sessions'))
  }
})
