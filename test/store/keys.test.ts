import t from 'tap'
import { createKeys } from '../../src/store/keys.ts'
import { issuer } from './fixture.ts'

const id = 'abcd0123-4567-4890-8abc-def012345678'

t.test('the keys of one user share a slot, and each is named as the keyspace says', t => {
  const keys = createKeys('')
  t.equal(keys.session(id), 'session:{abcd}0123456748908abcdef012345678')
  t.equal(keys.userSessions('abcd', '42'), 'user-sessions:{abcd}:42')
  t.equal(keys.notBeforeEverybody('abcd'), 'not-before-everybody:{abcd}')
  t.equal(keys.sessionClaim(id), 'session-claim:{abcd}0123456748908abcdef012345678')
  t.equal(keys.notBefore('abcd'), 'not-before:{abcd}')
  t.equal(keys.liveSessions, 'live-sessions')
  t.equal(keys.loginFailures('account', 'x'), 'login-failures:account:x')
  t.equal(keys.idempotency('abcd', 'x'), 'idempotency:{abcd}x')
  t.equal(keys.clientAssertion('x'), 'client-assertion:x')
  t.equal(keys.userEvents('abcd', '42'), 'user-events:{abcd}:42')
  t.equal(keys.userPresence('abcd', '42'), 'user-presence:{abcd}:42')
  t.equal(keys.eventsInstance('x'), 'events-instance:x')
  t.equal(keys.eventTicket('x'), 'event-ticket:x')
  t.equal(keys.recountLock, 'live-sessions-recount')
  t.equal(keys.everySession, 'session:{*')
  t.equal(keys.everyIndex, 'user-sessions:{*')
  t.equal(keys.everyClaim, 'session-claim:{*')
  t.equal(keys.userData('abcd', '42'), 'user-data:{abcd}:42')
  t.equal(keys.userChannels('abcd', '42'), 'user-channels:{abcd}:42')
  t.equal(keys.userLeases('abcd', '42'), 'user-leases:{abcd}:42')
  t.equal(keys.userActivity('abcd', '42'), 'user-activity:{abcd}:42')
  t.end()
})

t.test('a prefix comes before every key', t => {
  for (const key of Object.values(createKeys('shop:'))) {
    t.match(typeof key === 'function' ? key(id, '42') : key, /^shop:/)
  }
  t.end()
})

t.test('a session key is at most 44 characters, the last size before the next allocator class', t => {
  t.ok(createKeys('').session(issuer.open('1').id).length <= 44)
  t.end()
})
