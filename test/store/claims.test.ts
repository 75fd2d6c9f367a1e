/** Logins that died while they took the place of an anonymous session. What whoever claims again finds is in contract/promoting.ts. */
import t from 'tap'
import type { Test } from 'tap'
import { createClaimUpkeep } from '../../src/store/claims.ts'
import { newSession, openStore } from './fixture.ts'
import { eventually, upkeepOf } from './upkeep.ts'

const HOUR_MS = 3_600_000

/** What is left of a process that died after it had opened the new session, so long ago. */
async function crashed (t: Test, agoMs: number) {
  const opened = await openStore(t, { touchIntervalMs: 0, flushEveryMs: 10 })
  const { store, client, keys } = opened
  const [anonymous, session] = [newSession('anonymous:x'), newSession('7')]
  await store.create(anonymous)
  await store.writeData(anonymous.credential.id, { values: new Map([['cart', '[1]']]), ifVersion: null })
  await store.claim(anonymous.credential, { id: session.credential.id, userId: '7' })
  await store.create(session)
  const claim = keys.sessionClaim(anonymous.credential.id)
  await client.hincrby(claim, 't', -agoMs)
  return { ...opened, anonymous, session, claim }
}

const write = { values: new Map([['cart', '[1,2]']]), ifVersion: null }

t.test('after a minute upkeep ends what it had opened, and the anonymous session goes on with its data', async t => {
  const opened = await crashed(t, HOUR_MS)
  const { store, client, anonymous, session, claim } = opened
  t.ok(await store.validate(session.credential))
  upkeepOf(t, opened, { settleMs: 20 })
  await eventually(t, 0, async () => client.exists(claim))
  t.equal(await store.validate(session.credential), null)
  t.match(await store.explain(session.credential.id), { state: 'ended', ended: { reason: 'replaced' } })
  t.ok(await store.validate(anonymous.credential))
  t.match(await store.writeData(anonymous.credential.id, write), { outcome: 'written', version: 2 })
  t.equal(await store.promote(anonymous.credential.id, { id: session.credential.id, userId: '7' }), false, 'one that was only asleep finds out')
  await eventually(t, 1, async () => store.countLive())
})

t.test('before that it waits, and whoever was asleep for longer takes no place', async t => {
  const opened = await crashed(t, 0)
  const { store, client, anonymous, session, claim } = opened
  upkeepOf(t, opened, { settleMs: 20 })
  const { credential } = newSession('8')
  // Another one that has nothing to wait for is settled by a turn that also saw this one.
  const other = newSession('anonymous:y')
  await store.create(other)
  await store.claim(other.credential, { id: credential.id, userId: '8' })
  await client.hincrby(opened.keys.sessionClaim(other.credential.id), 't', -HOUR_MS)
  await eventually(t, 0, async () => client.exists(opened.keys.sessionClaim(other.credential.id)))
  t.equal(await client.exists(claim), 1)
  t.strictSame(await store.writeData(anonymous.credential.id, write), { outcome: 'claimed' })
  await client.hincrby(claim, 't', -HOUR_MS)
  t.equal(await store.promote(anonymous.credential.id, { id: session.credential.id, userId: '7' }), false)
  t.match(await store.writeData(anonymous.credential.id, write), { outcome: 'written' }, 'nothing is kept waiting any longer')
})

t.test('one that died behind the end of the anonymous session has left nothing to undo', async t => {
  const opened = await crashed(t, 0)
  const { store, client, anonymous, session, claim } = opened
  t.equal(await store.promote(anonymous.credential.id, { id: session.credential.id, userId: '7' }), true)
  t.ok(await client.pttl(claim) <= 3_600_000)
  const { liveCount, everybody: { beforeMs: everybodyBeforeMs } } = opened
  await createClaimUpkeep({ client, keys: opened.keys, liveCount, everybodyBeforeMs, touchIntervalMs: 0, historyLimits: { entries: 10, retentionMs: HOUR_MS, endedMs: HOUR_MS } })(claim)
  t.equal(await client.exists(claim), 1, 'who logs in again finds the data')
  upkeepOf(t, opened, { settleMs: 20 })
  const other = newSession('anonymous:y')
  await store.create(other)
  await store.claim(other.credential, { id: newSession('8').credential.id, userId: '8' })
  await client.hincrby(opened.keys.sessionClaim(other.credential.id), 't', -HOUR_MS)
  await eventually(t, 0, async () => client.exists(opened.keys.sessionClaim(other.credential.id)))
  t.ok(await store.validate(session.credential, true))
})

t.test('it does so also when the anonymous session has ended meanwhile', async t => {
  const opened = await crashed(t, 0)
  const { store, client, anonymous, session, claim } = opened
  await store.end('anonymous:x', anonymous.credential.id)
  await client.hincrby(claim, 't', -HOUR_MS)
  upkeepOf(t, opened, { settleMs: 20 })
  await eventually(t, 0, async () => client.exists(claim))
  t.equal(await store.validate(session.credential, true), null)
})

t.test('who was overtaken and died is ended, and who took the place goes on', async t => {
  const opened = await openStore(t, { touchIntervalMs: 0, flushEveryMs: 10 })
  const { store, client, keys } = opened
  const [anonymous, slow, winner] = [newSession('anonymous:x'), newSession('7'), newSession('7')]
  await store.create(anonymous)
  await store.claim(anonymous.credential, { id: slow.credential.id, userId: '7' })
  const successor = { id: winner.credential.id, userId: '7' }
  await store.claim(anonymous.credential, successor)
  await store.create(winner)
  await store.promote(anonymous.credential.id, successor)
  // What the slow one opens comes after it was looked for.
  await store.create(slow)
  const claim = keys.sessionClaim(anonymous.credential.id)
  await client.hincrby(claim, 'd', -HOUR_MS)
  upkeepOf(t, opened, { settleMs: 20 })
  await eventually(t, 0, async () => client.exists(claim))
  t.equal(await store.validate(slow.credential, true), null)
  t.ok(await store.validate(winner.credential, true))
})
