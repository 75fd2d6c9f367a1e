import t from 'tap'
import { expiresAtMs, idleDeadlineMs } from '../../src/sessions/session.ts'

t.test('a session expires by whichever deadline comes first', t => {
  const times = { createdAtMs: 1000, lastAccessedAtMs: 2000, idleMs: 500, absoluteDeadlineMs: 9000, extendedUntilMs: 0, authenticatedAtMs: 1000 }
  t.equal(idleDeadlineMs(times), 2500)
  t.equal(expiresAtMs(times), 2500)
  t.equal(expiresAtMs({ ...times, lastAccessedAtMs: 8900 }), 9000)
  t.end()
})
