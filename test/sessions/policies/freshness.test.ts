import t from 'tap'
import { isFresh } from '../../../src/sessions/policies/freshness.ts'

t.test('a use is fresh up to the last millisecond of the age that is asked for', t => {
  const times = { createdAtMs: 1000, lastAccessedAtMs: 61_000, idleMs: 500, absoluteDeadlineMs: 900_000, extendedUntilMs: 0, authenticatedAtMs: 1000 }
  t.equal(isFresh(times, 60), true)
  t.equal(isFresh({ ...times, lastAccessedAtMs: 61_001 }, 60), false)
  t.equal(isFresh({ ...times, lastAccessedAtMs: 61_001, authenticatedAtMs: 1001 }, 60), true)
  t.equal(isFresh(times, 59), false)
  t.end()
})
