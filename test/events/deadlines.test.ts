import t from 'tap'
import { likelyReason, nearDeadlines, quietMs } from '../../src/events/deadlines.ts'
import type { Lifespan } from '../../src/events/user-log.ts'

const HOUR = 3_600_000
const lifespan = (more: Partial<Lifespan> = {}): Lifespan => ({ nowMs: 0, idleDeadlineMs: HOUR, endMs: HOUR + 1000, absoluteDeadlineMs: 24 * HOUR, idleMs: HOUR, lifetimeMs: 24 * HOUR, generation: 1, graceEndMs: 0, ...more })

t.test('a deadline is near a minute before, or a quarter of a shorter lifetime', t => {
  t.strictSame(nearDeadlines(lifespan()), [])
  t.strictSame(nearDeadlines(lifespan({ nowMs: HOUR - 60_000 })), [{ by: 'idle', atMs: HOUR }])
  t.strictSame(nearDeadlines(lifespan({ nowMs: HOUR - 60_001 })), [])
  t.strictSame(nearDeadlines(lifespan({ idleMs: 4000, nowMs: HOUR - 1000 })), [{ by: 'idle', atMs: HOUR }])
  t.strictSame(nearDeadlines(lifespan({ idleMs: 4000, nowMs: HOUR - 1001 })), [])
  t.end()
})

t.test('an idle deadline that is not before the absolute one is none', t => {
  t.strictSame(nearDeadlines(lifespan({ nowMs: 24 * HOUR - 1, idleDeadlineMs: 24 * HOUR })), [{ by: 'absolute', atMs: 24 * HOUR }])
  t.end()
})

t.test('nobody has to look before the next of them, or the end', t => {
  t.equal(quietMs(lifespan(), 1), HOUR - 60_000)
  t.equal(quietMs(lifespan({ nowMs: HOUR - 60_000 }), 1), 61_000)
  t.equal(quietMs(lifespan({ nowMs: HOUR + 990 }), 1), 50)
  t.equal(quietMs(lifespan({ generation: 2, graceEndMs: 30_000 }), 1), 30_000)
  t.equal(quietMs(lifespan({ generation: 2, graceEndMs: 30_000 }), 2), HOUR - 60_000)
  t.end()
})

t.test('of what Redis knows nothing any more, what was known says why', t => {
  t.equal(likelyReason(null, 0), 'ended')
  t.equal(likelyReason(lifespan(), HOUR - 1000), 'ended')
  t.equal(likelyReason(lifespan(), HOUR), 'expired_idle')
  t.equal(likelyReason(lifespan({ endMs: 24 * HOUR }), 24 * HOUR), 'expired_absolute')
  t.end()
})
