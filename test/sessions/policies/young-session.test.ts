import t from 'tap'
import type { Session } from '../../../src/sessions/session.ts'
import { createYoungSessions, endsNobody, isProven } from '../../../src/sessions/policies/young-session.ts'
import { newSession, openStore } from '../../store/fixture.ts'

const GUARD_MS = 60_000
const times = { createdAtMs: 1000, lastAccessedAtMs: 1000, idleMs: 60_000, absoluteDeadlineMs: 900_000, extendedUntilMs: 0, authenticatedAtMs: 1000 }

t.test('a proof counts from the end of the guard time on; without a guard there is nothing to prove', t => {
  t.equal(isProven(times, 0), true)
  for (const [ms, counts] of [[1000, false], [60_999, false], [61_000, true], [61_001, true]] as const) {
    t.equal(isProven({ ...times, authenticatedAtMs: ms }, GUARD_MS), counts, String(ms))
  }
  t.end()
})

t.test('without a guard, and after a proof that counts, nothing is asked of the store', async t => {
  const silent = { explain: () => t.fail('asked'), list: () => t.fail('asked') } as never
  const session = { id: 'a', userId: '7', times } as Session
  for (const [guardMs, authenticatedAtMs] of [[0, 1000], [GUARD_MS, 61_000]] as const) {
    const judge = createYoungSessions(silent, guardMs)
    await judge.assertMayEnd({ ...session, times: { ...times, authenticatedAtMs } }, 'b')
    await judge.assertMayEndAll({ ...session, times: { ...times, authenticatedAtMs } })
  }
  await createYoungSessions(silent, GUARD_MS).assertMayEnd(session, 'a')
})

t.test('a session that has ended, or goes on under another id, since it was validated ends nobody', async t => {
  const { store } = await openStore(t)
  const judge = createYoungSessions(store, GUARD_MS)
  const [other, gone, renamed] = [newSession('7'), newSession('7', { isGuarded: true }), newSession('7', { isGuarded: true })]
  const all = [other, gone, renamed]
  for (const session of all) await store.create(session)
  const validated = await Promise.all(all.map(({ credential }) => store.validate(credential)))
  await store.end('7', gone.credential.id)
  await store.replace(renamed.credential.id, newSession('7').credential)
  for (const session of validated.slice(1)) {
    if (session === null) return t.fail('not validated')
    await t.rejects(judge.assertMayEnd(session, other.credential.id), { code: 'invalid_session' })
    await t.rejects(judge.assertMayEndAll(session), { code: 'invalid_session' })
  }
})

t.test('a login under the guard is told that it ends nobody', t => {
  t.match(endsNobody(), { code: 'session_too_young', message: /endSessionId/ })
  t.end()
})
