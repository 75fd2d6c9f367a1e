import t from 'tap'
import type { Test } from 'tap'
import { invalidSession } from '../../src/sessions/alive.ts'
import { createDeviceIds } from '../../src/sessions/devices/device-id.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import { createSessionService } from '../../src/sessions/service.ts'
import type { SessionStore } from '../../src/sessions/store.ts'
import { randomKeyring } from '../harness.ts'
import { cursorsOf, issuer, openStore } from '../store/fixture.ts'

const dataLimits = { keys: 3, keyBytes: 8, valueBytes: 50, bytes: 60 }
const alice = { userId: '1', profile: { email: 'alice@example.com', name: 'Alice', roles: [] }, ipAddress: '203.0.113.7', userAgent: 'curl/8.5.0' }
const lifetimes = new Map([['default', { idleMs: 60_000, absoluteMs: 600_000 }], ['rememberMe', { idleMs: 120_000, absoluteMs: 1_200_000 }]])
const limits = { max: 100, byDeviceType: new Map([['tv' as const, 2]]), policy: 'evict-oldest' as const }
const deviceIds = createDeviceIds(createKeyring(randomKeyring()))
const dead = { code: 'invalid_session' }

/** The service over a real store; `changes` replaces verbs of it. */
async function sessionService (t: Test, changes: Partial<SessionStore> = {}) {
  const { store } = await openStore(t, { dataLimits })
  return createSessionService({ store: { ...store, ...changes }, credentials: issuer, deviceIds, cursorsOf, lifetimes, limits, capture: { address: 'full', userAgent: 'full' }, dataLimits, leases: { limits: new Map(), leaseMs: 60_000 } })
}

t.test('open hands out a credential that validates to the session it describes', async t => {
  const sessions = await sessionService(t)
  const { credential, session } = await sessions.open(alice)
  t.match(session, { userId: '1', profile: alice.profile, times: { idleMs: 60_000, absoluteDeadlineMs: session.times.createdAtMs + 600_000 } })
  t.match(await sessions.validate(credential), session)
  t.ok(credential.startsWith(`${session.id}.1.`))
  t.match(await sessions.describe(session), { id: session.id, ipAddress: alice.ipAddress, userAgent: alice.userAgent })
})

t.test('where a session is used from is noted if it has changed, and nobody waits for it or is told when it fails', async t => {
  const noted: object[] = []
  const sessions = await sessionService(t, {
    noteOrigin: async (_id, origin) => {
      noted.push(origin)
      throw new Error('lost')
    }
  })
  const lastOrigin = { ipAddress: alice.ipAddress, userAgent: 'x'.repeat(512) }
  const train = { ipAddress: '198.51.100.9', userAgent: 'x'.repeat(512) }
  sessions.noteOrigin({ id: 'a', lastOrigin: null }, train)
  sessions.noteOrigin({ id: 'a', lastOrigin }, { ...lastOrigin, userAgent: 'x'.repeat(600) })
  t.strictSame(noted, [])
  sessions.noteOrigin({ id: 'a', lastOrigin }, { ...train, userAgent: 'x'.repeat(600) })
  sessions.noteOrigin({ id: 'a', lastOrigin }, { ...lastOrigin, userAgent: 'curl/8.6.0' })
  t.strictSame(noted, [train, { ...lastOrigin, userAgent: 'curl/8.6.0' }])
})

t.test('a forged credential is refused without asking the store', async t => {
  let asked = 0
  const sessions = await sessionService(t, {
    validate: async () => {
      asked++
      return null
    }
  })
  const { credential } = await sessions.open(alice)
  for (const text of ['', 'x', `${credential}x`, credential.replace('.1.', '.2.')]) t.equal(await sessions.validate(text), null)
  t.equal(asked, 0)
  t.equal(await sessions.validate(credential), null)
  t.equal(asked, 1)
})

t.test('what acts on a session that has ended answers invalid_session; ending it again does not', async t => {
  const sessions = await sessionService(t)
  const { credential, session } = await sessions.open(alice)
  await sessions.end(session)
  await sessions.end(session)
  t.equal(await sessions.validate(credential), null)
  await t.rejects(sessions.describe(session), dead)
  await t.rejects(sessions.readData(session), dead)
  await t.rejects(sessions.readKey(session, 'a'), dead)
  await t.rejects(sessions.setKey(session, 'a', 1, undefined), dead)
  await t.rejects(sessions.merge(session, { a: 1 }, undefined), dead)
  await t.rejects(sessions.removeKey(session, 'a', undefined), dead)
  t.strictSame(await sessions.list(session, 10, undefined), { count: 0, sessions: [], nextCursor: undefined })
  t.match(invalidSession(), dead)
})

t.test('a user ends any of their sessions by id and nobody else’s', async t => {
  const sessions = await sessionService(t)
  const [one, two] = [await sessions.open(alice), await sessions.open(alice)]
  const bob = await sessions.open({ ...alice, userId: '2' })
  await sessions.endOne(one.session, two.session.id)
  t.equal(await sessions.validate(two.credential), null)
  for (const id of [two.session.id, bob.session.id, 'abcd0123-4567-4890-8abc-def012345678']) {
    await t.rejects(sessions.endOne(one.session, id), { code: 'session_not_found' })
  }
  t.ok(await sessions.validate(bob.credential))
})

t.test('endAll ends all or all but one, and says how many', async t => {
  const sessions = await sessionService(t)
  const opened = [await sessions.open(alice), await sessions.open(alice), await sessions.open(alice)]
  const [kept] = opened
  t.equal(await sessions.endAll('1', kept?.session.id), 2)
  t.equal(await sessions.countLive(), 1)
  t.equal(await sessions.endAll('1'), 1)
  t.equal(await sessions.countLive(), 0)
})

t.test('a list is read page by page; the last page names no next one', async t => {
  const sessions = await sessionService(t)
  const { session } = await sessions.open(alice)
  for (let i = 0; i < 4; i++) await sessions.open(alice)
  const seen: string[] = []
  let cursor: string | undefined
  let pages = 0
  do {
    const page = await sessions.list(session, 2, cursor)
    t.equal(page.count, 5)
    seen.push(...page.sessions.map(({ id }) => id))
    cursor = page.nextCursor
    pages++
  } while (cursor !== undefined)
  t.equal(pages, 3)
  t.equal(new Set(seen).size, 5)
  t.equal((await sessions.list(session, 5, undefined)).nextCursor, undefined, 'a full last page')
  await t.rejects(sessions.list(session, 2, 'nonsense'), { code: 'malformed_cursor' })
})

t.test('a replaced session goes on under a credential that the old one does not lead to', async t => {
  const sessions = await sessionService(t)
  const { credential, session } = await sessions.open({ ...alice, rememberMe: true })
  await sessions.setKey(session, 'a', 1, undefined)
  const reopened = await sessions.replace(session, alice)
  t.match(reopened, { lifetime: 'rememberMe', session: { userId: '1', profile: alice.profile, times: { absoluteDeadlineMs: session.times.absoluteDeadlineMs } } })
  t.match(await sessions.validate(reopened.credential), reopened.session)
  t.same((await sessions.readData(reopened.session)).data, { a: 1 })
  t.equal(await sessions.validate(credential), null)
  t.equal(await sessions.validate(sessions.rotate({ rotation: 'possible' }, credential)), null)
  await t.rejects(sessions.replace(session, alice), dead)
  t.ok(await sessions.validate(reopened.credential))
})

t.test('data keeps its types and its version', async t => {
  const sessions = await sessionService(t)
  const { session } = await sessions.open(alice)
  t.same(await sessions.readData(session), { etag: '"0"', data: {} })
  t.strictSame(await sessions.setKey(session, 'a', { n: [1, null, 'é'] }, undefined), { etag: '"1"', removed: 0 })
  t.strictSame(await sessions.setKey(session, 'b', null, undefined), { etag: '"2"', removed: 0 })
  t.same(await sessions.readData(session), { etag: '"2"', data: { a: { n: [1, null, 'é'] }, b: null } })
  t.strictSame(await sessions.readKey(session, 'b'), { etag: '"2"', value: null })
  t.strictSame(await sessions.merge(session, { a: null, c: false }, undefined), { etag: '"3"', removed: 1 })
  t.strictSame(await sessions.removeKey(session, 'c', '"3"'), { etag: '"4"' })
  t.same(await sessions.readData(session), { etag: '"4"', data: { b: null } })
})

t.test('a key that is not there is not found, to read or to remove', async t => {
  const sessions = await sessionService(t)
  const { session } = await sessions.open(alice)
  await t.rejects(sessions.readKey(session, 'a'), { code: 'data_key_not_found' })
  await t.rejects(sessions.removeKey(session, 'a', undefined), { code: 'data_key_not_found' })
  await t.rejects(sessions.readKey(session, '__proto__'), { code: 'reserved_key' })
})

t.test('a change for an old version is a conflict that carries the current tag', async t => {
  const sessions = await sessionService(t)
  const { session } = await sessions.open(alice)
  await sessions.setKey(session, 'a', 1, '"0"')
  await t.rejects(sessions.setKey(session, 'a', 2, '"0"'), { code: 'version_conflict', extras: { currentETag: '"1"' }, headers: { etag: '"1"' } })
  await t.rejects(sessions.setKey(session, 'a', 2, 'nonsense'), { code: 'malformed_etag' })
  t.strictSame(await sessions.readKey(session, 'a'), { etag: '"1"', value: 1 })
})

t.test('a change over a cap names it, its limit and the size, and changes nothing', async t => {
  const sessions = await sessionService(t)
  const { session } = await sessions.open(alice)
  await sessions.merge(session, { a: 1, b: 2 }, undefined)
  const over = (extras: object) => ({ code: 'data_limit_exceeded', extras })
  await t.rejects(sessions.merge(session, { c: 3, d: 4 }, undefined), over({ cap: 'DATA_MAX_KEYS', max: 3, actual: 4 }))
  await t.rejects(sessions.merge(session, { a: 'x'.repeat(40), b: 'x'.repeat(40) }, undefined), over({ cap: 'DATA_MAX_BYTES', max: 60, actual: 86 }))
  await t.rejects(sessions.setKey(session, 'a', 'x'.repeat(49), undefined), over({ cap: 'DATA_MAX_VALUE_BYTES', max: 50, actual: 51 }))
  await t.rejects(sessions.setKey(session, 'x'.repeat(9), 1, undefined), over({ cap: 'DATA_MAX_KEY_BYTES', max: 8, actual: 9 }))
  t.same((await sessions.readData(session)).data, { a: 1, b: 2 })
})

t.test('a value that JSON cannot hold is told with its place: in the value, or in the patch', async t => {
  const sessions = await sessionService(t)
  const { session } = await sessions.open(alice)
  const at = (pointer: string) => ({ code: 'validation_failed', extras: { errors: [{ pointer }] } })
  await t.rejects(sessions.setKey(session, 'a', [1, Infinity], undefined), at('/value/1'))
  await t.rejects(sessions.merge(session, { a: 1, b: Infinity }, undefined), at('/b'))
})

t.test('a session that rests on what was read before all sessions were ended is not opened, and nothing of it stays', async t => {
  const sessions = await sessionService(t)
  const readAtMs = performance.now()
  t.ok(await sessions.openUnlessEndedSince(readAtMs, alice), 'never ended')
  t.equal(await sessions.endAll('1'), 1)
  t.equal(await sessions.openUnlessEndedSince(readAtMs, alice), null)
  t.equal(await sessions.countLive(), 0)

  await new Promise(resolve => setTimeout(resolve, 5)) // the store's clock has to move on
  t.ok(await sessions.openUnlessEndedSince(performance.now(), alice), 'ended before it was read')
})

t.test('an end-all and a reading within one millisecond of the store’s clock count as ended since', async t => {
  const times = { createdAtMs: 1000, lastAccessedAtMs: 1000, idleMs: 60_000, absoluteDeadlineMs: 601_000, extendedUntilMs: 0, authenticatedAtMs: 1000 }
  for (const [sinceEndAllMs, isOpened] of [[1000, false], [1001, false], [1100, true]] as const) {
    const sessions = await sessionService(t, { create: async () => ({ ...times, goodForMs: 0, sinceEndAllMs }), end: async () => true })
    // Read a second ago: an end-all that the store puts at that moment or a millisecond before it may have come after.
    const opened = await sessions.openUnlessEndedSince(performance.now() - 1000, alice)
    t.equal(opened !== null, isOpened, `${sinceEndAllMs} ms`)
  }
})
