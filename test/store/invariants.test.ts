import t from 'tap'
import type { Test } from 'tap'
import { connected, newSession, openStore } from './fixture.ts'
import { memberOf, membersOf } from './index-members.ts'
import { assertInvariants, violations } from './invariants.ts'

/** One session with data, the names of its keys, and a way to see what the scanner says after they were damaged. */
async function damaged (t: Test, damage: (keys: Record<'session' | 'data' | 'index' | 'notBefore' | 'live' | 'shared' | 'channels' | 'leases' | 'failures' | 'activity' | 'tombstone' | 'cause' | 'everybody' | 'claim' | 'assertion' | 'foreign', string>, redis: Awaited<ReturnType<typeof connected>>) => Promise<unknown>) {
  const { store, keys, client, config, liveCount } = await openStore(t)
  const session = newSession('7')
  const { id } = session.credential
  await store.create(session)
  const gone = newSession('7')
  await store.create(gone)
  await store.endAll('7', id)
  await store.writeData(id, { values: new Map([['cart', '["ä"]']]), ifVersion: null })
  await store.writeUserData(id, { values: new Map([['cart', '[]']]), ifVersion: null })
  await store.takeChannel(id, 'playback', { state: '[1]', ifVersion: null })
  await store.takeLease(id, 'streams', { max: 1, leaseMs: 60_000 })
  await liveCount.flush()
  const [, ...reserved] = await client.failuresReserve(keys.loginFailures('global', 'all'), 1, 1000, 600_000)
  await client.failuresSettle(keys.loginFailures('global', 'all'), 1, 1000, ...reserved, '1')
  const claim = keys.idempotency('abcd', 'abcdefghijklmnopqrstuv')
  await client.idempotencyClaim(1, claim, '00000000-0000-4000-8000-000000000000', 30_000, 'f'.repeat(43))
  t.strictSame(await violations(client, config), [])
  const tag = id.slice(0, 4)
  const names = {
    session: keys.session(id),
    data: keys.session(id).replace('session:', 'session-data:'),
    index: keys.userSessions(tag, '7'),
    notBefore: keys.notBefore(tag),
    live: keys.liveSessions,
    shared: keys.userData(tag, '7'),
    channels: keys.userChannels(tag, '7'),
    leases: keys.userLeases(tag, '7'),
    activity: keys.userSessions(tag, '7').replace('user-sessions', 'user-activity'),
    tombstone: keys.session(gone.credential.id).replace('session:', 'ended:'),
    cause: keys.notBefore(tag).replace('before', 'before-cause'),
    everybody: keys.notBeforeEverybody(tag),
    failures: keys.loginFailures('global', 'all'),
    claim,
    assertion: keys.clientAssertion('x'.repeat(43)),
    foreign: `${config.KEY_PREFIX}cache`
  }
  await damage(names, client)
  const found = await violations(client, config)
  for (const name of Object.values(names)) await client.del(name)
  return found.map(fault => fault.replaceAll(config.KEY_PREFIX, '').replaceAll(/[0-9a-f-]{28,36}/g, 'ID').replaceAll(/\{....\}/g, '{TAG}').replaceAll(/\d{5,}/g, 'N'))
}

t.test('the scanner is silent about what the store writes and names every kind of damage', async t => {
  const cases: Array<[what: string, damage: Parameters<typeof damaged>[1], expected: string[]]> = [
    ['a lost TTL', ({ session }, redis) => redis.persist(session), ['session:{TAG}ID has no TTL', 'session-data:{TAG}ID ends at N, its session at -1']],
    ['a TTL beyond the deadline', ({ index }, redis) => redis.pexpire(index, 86_500_000 + 604_800_000), ['user-sessions:{TAG}:7 lives for N ms, longer than N']],
    ['a missing field', ({ session }, redis) => redis.hdel(session, 's'), ['session:{TAG}ID has no field s']],
    ['a foreign field', ({ session }, redis) => redis.hset(session, 'role', 'admin'), ['session:{TAG}ID has an unknown field role']],
    ['a hashtable', ({ session }, redis) => redis.hset(session, 'p1', 'x'.repeat(65)),
      ['session:{TAG}ID is a hashtable, not a listpack', 'session:{TAG}ID has a field of 65 bytes']],
    ['a word for a number', ({ session }, redis) => redis.hset(session, 'r', 'soon'), ['session:{TAG}ID has no whole number in r']],
    ['a session that outlives its record', async ({ session, data }, redis) => {
      const nowMs = Date.now()
      await Promise.all([session, data].map(key => redis.pexpireat(key, nowMs + 3_700_000 - nowMs % 1000)))
    },
    ['session:{TAG}ID outlives its deadline by N ms']],
    ['data without a session', ({ session, index, live }, redis) => Promise.all([redis.del(session), redis.del(index), redis.del(live)]),
      ['session-data:{TAG}ID stands beside no session']],
    ['a wrong size', ({ data }, redis) => redis.hset(data, ' ', '1 5'), ['session-data:{TAG}ID has 10 bytes, and says 5']],
    ['a wrong version', ({ data }, redis) => redis.hset(data, ' ', '0 10'), ['session-data:{TAG}ID says version 0']],
    ['data without its own field', ({ data }, redis) => redis.hdel(data, ' '), ['session-data:{TAG}ID has 10 bytes, and says undefined', 'session-data:{TAG}ID says version undefined']],
    ['data that is no JSON', ({ data }, redis) => redis.hset(data, 'cart', '["ä"}'), ['session-data:{TAG}ID holds no JSON under cart']],
    ['a session in no index', ({ index }, redis) => redis.del(index), ['session:{TAG}ID is in no index']],
    ['a wrong score', async ({ index }, redis) => redis.zincrby(index, -1, (await membersOf(redis, index))[0] as Buffer),
      ['session:{TAG}ID is indexed with N, its deadline is N']],
    ['another time and device', async ({ session }, redis) => redis.hset(session, 'a', 1, 'd', 'v', 'h', 'x').then(() => redis.hincrby(session, 'c', -1)),
      ['session:{TAG}ID is indexed as created at N, it was at N', 'session:{TAG}ID is indexed as u., it is vx']],
    ['an index that ends early', ({ index }, redis) => redis.pexpire(index, 60_000), ['user-sessions:{TAG}:7 ends N ms before its longest member']],
    ['a member without a session', ({ index }, redis) => redis.zadd(index, Date.now() + 60_000, memberOf({ id: '00000000-0000-4000-8000-000000000000' })),
      ['user-sessions:{TAG}:7 lists ID, which does not exist']],
    ['another user’s session', ({ session }, redis) => redis.hset(session, 'u', '8'),
      ['session:{TAG}ID is in no index', 'user-sessions:{TAG}:7 lists ID, which is another user\'s']],
    ['a not-before in the future', ({ notBefore }, redis) => redis.hset(notBefore, '7', Date.now() + 60_000).then(() => redis.pexpire(notBefore, 1000)),
      ['not-before:{TAG} says N for user 7']],
    ['a session too many', ({ live }, redis) => redis.hincrby(live, '9'.repeat(9), 1), ['live-sessions has the total 1, its buckets 2', 'live-sessions counts 1 too many in bucket N']],
    ['an uncounted session', ({ live }, redis) => redis.del(live), ['live-sessions counts 1 too few in bucket N']],
    ['a counter of nothing', ({ failures }, redis) => redis.hset(failures, 'n', 0), ['login-failures:global:all counts 0 failures']],
    ['a counter of no attempts', ({ failures }, redis) => redis.hset(failures, 'p7', 0), ['login-failures:global:all has 0 attempts in p7']],
    ['a counter that outlives its window', ({ failures }, redis) => redis.pexpireat(failures, Date.now() + 660_000), ['login-failures:global:all lives for N ms, longer than N', 'login-failures:global:all ends at N, its window at N']],
    ['a counter that blocks for too long', ({ failures }, redis) => redis.hset(failures, 'b', Date.now() + 700_000), ['login-failures:global:all blocks until N, after its window']],
    ['a counter that knows more than it should', ({ failures }, redis) => redis.hset(failures, 'email', 'x'), ['login-failures:global:all has an unknown field email']],
    ['a history without end', ({ activity }, redis) => redis.persist(activity), ['user-activity:{TAG}:7 has no TTL']],
    ['a history that is none', ({ activity }, redis) => redis.del(activity).then(() => redis.set(activity, `1 0 created ${'a'.repeat(28)}`, 'PX', 5000)), ['user-activity:{TAG}:7 is a string']],
    ['a history over its cap', ({ activity }, redis) => redis.rpush(activity, ...Array.from({ length: 200 }, (_, i) => `${1000 - i} 0 created ${'a'.repeat(28)}`)),
      ['user-activity:{TAG}:7 has 204 entries, more than 200']],
    ['an event that cannot be read', ({ activity }, redis) => redis.rpush(activity, '1 0 created here'), ['user-activity:{TAG}:7 has an entry that cannot be read: 1 0 created here']],
    ['events out of order', ({ activity }, redis) => redis.rpush(activity, `${Date.now() + 1000} 0 created ${'a'.repeat(28)}`), ['user-activity:{TAG}:7 has its entries out of order at 4']],
    ['a session that ended twice', ({ activity }, redis) => redis.rpush(activity, `2 0 ended ${'a'.repeat(28)} r=broken`, `1 0 ended ${'a'.repeat(28)} r=broken`), [`user-activity:{TAG}:7 ends a session twice: ${'a'.repeat(28)}`.replace(/a{28}/, 'ID')]],
    ['a tombstone that says nothing', ({ tombstone }, redis) => redis.set(tombstone, 'x', 'KEEPTTL'), ['ended:{TAG}ID cannot be read: x']],
    ['a tombstone of the living', ({ session, tombstone }, redis) => redis.set(session.replace('session:', 'ended:'), 'at=1 r=broken', 'PX', 500).then(() => redis.pexpire(tombstone, 600_000)), ['ended:{TAG}ID stands beside its session']],
    ['a tombstone for ever', ({ tombstone }, redis) => redis.persist(tombstone), ['ended:{TAG}ID has no TTL']],
    ['a not-before of everybody that is no moment', ({ everybody }, redis) => redis.set(everybody, 'soon', 'PX', 1000), ['not-before-everybody:{TAG} says soon']],
    ['a cause that cannot be read', ({ cause }, redis) => redis.hset(cause, '7', 'why not'), ['not-before-cause:{TAG} says why not for user 7']],
    ['a claim for ever', ({ claim }, redis) => redis.persist(claim), ['idempotency:{TAG}abcdefghijklmnopqrstuv has no TTL', 'idempotency:{TAG}abcdefghijklmnopqrstuv ends at -1, what it says at N']],
    ['a claim of nobody', ({ claim }, redis) => redis.hdel(claim, 'o'), ['idempotency:{TAG}abcdefghijklmnopqrstuv has not either an owner or an answer']],
    ['an answer that can be read', ({ claim }, redis) => redis.hdel(claim, 'o').then(() => redis.hset(claim, 'a', '{"sessionId":"x"}')), ['idempotency:{TAG}abcdefghijklmnopqrstuv has {"sessionId":"x"} in a']],
    ['a claim that lasts too long', async ({ claim }, redis) => {
      const later = Date.now() + 40_000
      await redis.hset(claim, 'u', later)
      await redis.pexpireat(claim, later)
    }, ['idempotency:{TAG}abcdefghijklmnopqrstuv is claimed for too long']],
    ['an assertion that is remembered for too long', ({ assertion }, redis) => redis.set(assertion, '1', 'PX', 331_000), [`client-assertion:${'x'.repeat(43)} lives for N ms, longer than N`]],
    ['an assertion that says who used it', ({ assertion }, redis) => redis.set(assertion, 'shop', 'PX', 60_000), [`client-assertion:${'x'.repeat(43)} says shop`]],
    ['shared data of another size', ({ shared }, redis) => redis.hset(shared, 'cart', '[1]'), ['user-data:{TAG}:7 has 7 bytes, and says 6']],
    ['shared data that is no JSON', ({ shared }, redis) => redis.hset(shared, 'cart', '[,'), ['user-data:{TAG}:7 holds no JSON under cart']],
    ['shared data without its own field', ({ shared }, redis) => redis.hdel(shared, ' '), ['user-data:{TAG}:7 has 6 bytes, and says undefined', 'user-data:{TAG}:7 says version undefined']],
    ['shared data for ever', ({ shared }, redis) => redis.persist(shared), ['user-data:{TAG}:7 has no TTL']],
    ['a channel that cannot be read', ({ channels }, redis) => redis.hset(channels, 'playback', '1 now - null'), ['user-channels:{TAG}:7 says 1 now - null of playback']],
    ['a channel of no JSON', ({ channels }, redis) => redis.hset(channels, 'playback', '1 2 - {'), ['user-channels:{TAG}:7 says 1 2 - { of playback']],
    ['a lease that outlives its key', ({ leases }, redis) => redis.hset(leases, `streams ${'a'.repeat(28)}`, Date.now() + 90_000), ['user-leases:{TAG}:7 has a lease of streams ID until N, and ends at N']],
    ['a lease of nobody', ({ leases }, redis) => redis.hset(leases, 'streams', 1), ['user-leases:{TAG}:7 has a lease of streams until 1, and ends at N']],
    ['a foreign key', ({ foreign }, redis) => redis.set(foreign, 'x', 'PX', 5000), ['cache is no key of this keyspace']]
  ]
  for (const [what, damage, expected] of cases) t.test(what, async t => t.strictSame(await damaged(t, damage), expected))
})

t.test('what is over may lie in the index until somebody writes it', async t => {
  const { store, keys, client, config, liveCount } = await openStore(t)
  const session = newSession('7')
  await store.create(session)
  await liveCount.flush()
  await client.zadd(keys.userSessions(session.credential.id.slice(0, 4), '7'), Date.now() - 1, memberOf({ id: '00000000-0000-4000-8000-000000000000' }))
  t.strictSame(await violations(client, config), [])
})

t.test('all violations are thrown at once', async t => {
  const { client, config } = await openStore(t)
  const [one, two] = [`${config.KEY_PREFIX}one`, `${config.KEY_PREFIX}two`]
  await client.set(one, '1')
  await client.set(two, '2')
  await t.rejects(assertInvariants(config), { message: /^4 violations .*one has no TTL.*two/s })
  await client.del(one)
  await client.del(two)
})
