import t from 'tap'
import { slotOf } from '../../src/sessions/credential.ts'
import type { Profile } from '../../src/sessions/session.ts'
import { createVerdicts } from '../../src/near-cache/verdicts.ts'
import { credentialOf, lifeMs, sessionOf } from './fakes.ts'

const limits = { entries: 10, bytes: 1_000_000, lifeMs }

/** Verdicts and what keeps one of a new session in them. */
function filled (options: Partial<typeof limits> = {}) {
  const verdicts = createVerdicts({ ...limits, ...options })
  return {
    verdicts,
    keep (nowMs: number, isAlive = true, more: Partial<Profile> = {}) {
      const credential = credentialOf('7')
      const session = sessionOf(credential.id)
      verdicts.keep(credential, parseInt(slotOf(credential.id), 16), isAlive ? { ...session, profile: { ...session.profile, ...more } } : null, nowMs + lifeMs, nowMs)
      return credential
    }
  }
}

t.test('at most as many are kept as they may be, the newest of them always', t => {
  const { verdicts, keep } = filled()
  for (let i = 0; i < 100; i++) {
    const before = keep(0)
    const credential = keep(0)
    t.ok(verdicts.get(before, 0))
    t.ok(verdicts.get(credential, 0))
    t.ok(verdicts.size() <= limits.entries, String(verdicts.size()))
  }
  t.end()
})

t.test('and no more bytes than they may take', t => {
  const { verdicts, keep } = filled({ entries: 1_000_000, bytes: 100_000 })
  for (let i = 0; i < 2000; i++) keep(0, i % 2 === 0)
  t.ok(verdicts.size() > 34 && verdicts.size() < 75, String(verdicts.size()))
  t.end()
})

t.test('what another service says of its user takes its place, too', t => {
  const { verdicts, keep } = filled({ entries: 1_000_000, bytes: 100_000 })
  for (let i = 0; i < 2000; i++) keep(0, true, { openedBy: 'shop', claims: { plan: 'x'.repeat(1000) } })
  t.ok(verdicts.size() > 8 && verdicts.size() < 30, String(verdicts.size()))
  t.end()
})

t.test('what is older than any verdict may be goes, whoever is kept then', t => {
  const { verdicts, keep } = filled({ entries: 1000 })
  for (let i = 0; i < 100; i++) keep(0)
  keep(lifeMs)
  t.equal(verdicts.size(), 101)
  keep(2 * lifeMs)
  t.equal(verdicts.size(), 2)
  t.end()
})

t.test('another generation, or another session with such a digest, is another credential', t => {
  const { verdicts, keep } = filled()
  const credential = keep(0)
  t.equal(verdicts.get({ ...credential, generation: 2 }, 0), undefined)
  t.equal(verdicts.get({ ...credential, id: credentialOf('7').id }, 0), undefined)
  t.ok(verdicts.get({ ...credential }, 0))
  t.end()
})

t.test('a slot that has changed finds nothing that was kept before; what is no slot changes none', t => {
  const { verdicts, keep } = filled()
  const credential = keep(0)
  const slot = parseInt(slotOf(credential.id), 16)
  const changes = verdicts.changesOf(slot)
  for (const other of [(slot + 1) % 65_536, NaN, -1, 65_536]) verdicts.dropSlot(other)
  t.ok(verdicts.get(credential, 0))
  t.equal(verdicts.changesOf(slot), changes)
  verdicts.dropSlot(slot)
  t.equal(verdicts.get(credential, 0), undefined)
  t.not(verdicts.changesOf(slot), changes)
  const again = keep(0)
  verdicts.clear()
  t.equal(verdicts.get(again, 0), undefined)
  t.equal(verdicts.size(), 0)
  t.end()
})
