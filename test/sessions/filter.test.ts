import t from 'tap'
import { fits, isOfSome, networkIn, type SessionFilter } from '../../src/sessions/filter.ts'
import type { SessionDescription } from '../../src/sessions/session.ts'

const times = { createdAtMs: 1000, lastAccessedAtMs: 5000, idleMs: 60_000, absoluteDeadlineMs: 601_000, extendedUntilMs: 0, authenticatedAtMs: 1000 }
const session: SessionDescription = { id: 'x', userId: '7', times, ipAddress: '203.0.113.7', userAgent: '', deviceType: 'tv', lastIpAddress: '2001:db8::7', lastUserAgent: '', isFlagged: false, lifetime: 'default' }

t.test('a session fits if it is all that is asked for', async t => {
  const cases: Array<[SessionFilter, boolean]> = [
    [{}, true],
    [{ deviceType: 'tv' }, true], [{ deviceType: 'mobile' }, false],
    [{ openedBeforeMs: 1001 }, true], [{ openedBeforeMs: 1000 }, false],
    [{ unusedSinceMs: 5001 }, true], [{ unusedSinceMs: 5000 }, false],
    [{ flagged: false }, true], [{ flagged: true }, false],
    [{ address: '203.0.113.7' }, true], [{ address: '203.0.113.8' }, false], [{ address: '203.0.113.0/24' }, true], [{ address: '203.0.112.0/24' }, false],
    [{ address: '::ffff:203.0.113.7' }, true], [{ address: '::ffff:203.0.113.0/120' }, true], [{ address: '::ffff:203.0.112.0/120' }, false], [{ address: '0.0.0.0/0' }, true],
    [{ address: '2001:db8::/32' }, true], [{ address: '2001:db9::/32' }, false], [{ address: '2001:DB8:0::7' }, true],
    [{ deviceType: 'tv', address: '203.0.113.0/24', openedBeforeMs: 2000, unusedSinceMs: 6000, flagged: false }, true],
    [{ deviceType: 'tv', address: '203.0.113.0/24', openedBeforeMs: 2000, unusedSinceMs: 6000, flagged: true }, false]
  ]
  for (const [filter, expected] of cases) t.equal(fits(filter)(session), expected, JSON.stringify(filter))
})

t.test('of a session of which only the network is kept it is known whether it was there, and not where in it', async t => {
  const masked = { ...session, ipAddress: '203.0.113.0/24', lastIpAddress: '2001:db8::/64' }
  for (const address of ['203.0.113.0/24', '203.0.0.0/16', '2001:db8::/64', '2001:db8::/32']) t.equal(fits({ address })(masked), true, address)
  for (const address of ['203.0.113.0', '203.0.113.0/25', '203.0.112.0/24', '2001:db8::', '2001:db8::/65']) t.equal(fits({ address })(masked), false, address)
})

t.test('of a session whose addresses are not kept it is not known where it is from', async t => {
  const unknown = { ...session, ipAddress: '', lastIpAddress: '' }
  t.equal(fits({ address: '0.0.0.0/0' })(unknown), false)
  t.equal(fits({})(unknown), true)
})

t.test('an address or a network is one, and nothing else', async t => {
  for (const text of ['203.0.113.7', '203.0.113.0/24', '2001:db8::', '2001:db8::/32', '::ffff:203.0.113.7']) t.ok(networkIn(text), text)
  for (const text of ['', 'x', '203.0.113', '203.0.113/24', '3405803783', '203.0.113.0/', '203.0.113.0/24/8', '203.0.113.0/33', '203.0.113.*', '203.0.113.256', '2001:db8::/129']) t.equal(networkIn(text), null, text)
})

t.test('what is so of all sessions, or may be of nearly all, does not say which are meant', async t => {
  const some: SessionFilter[] = [{ deviceType: 'tv' }, { flagged: true }, { address: '203.0.113.7' }, { address: '10.0.0.0/8' }, { address: '::ffff:10.0.0.0/104' }, { address: '2001::/16' }, { address: '::/0', flagged: true }, { deviceType: 'unknown', flagged: true }, { deviceType: 'unknown', address: '10.0.0.0/8' }, { deviceType: 'tv', openedBeforeMs: 1 }]
  for (const filter of some) t.equal(isOfSome(filter), true, JSON.stringify(filter))
  const all: SessionFilter[] = [{}, { deviceType: 'unknown' }, { deviceType: 'unknown', openedBeforeMs: 1 }, { flagged: false }, { address: '0.0.0.0/0' }, { address: '0.0.0.0/1' }, { address: '10.0.0.0/7' }, { address: '::ffff:10.0.0.0/103' }, { address: '::/0' }, { address: '2000::/15' }, { address: 'x' }, { openedBeforeMs: 1 }, { unusedSinceMs: 1 }, { address: '::/0', unusedSinceMs: 1, openedBeforeMs: 1, flagged: false }]
  for (const filter of all) t.equal(isOfSome(filter), false, JSON.stringify(filter))
})
