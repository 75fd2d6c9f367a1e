/** A login takes the place of an anonymous session, and its process dies at each step of that. */
import t, { type Test } from 'tap'
import { createCredentialIssuer } from '../../src/sessions/credential.ts'
import { createDeviceIds } from '../../src/sessions/devices/device-id.ts'
import { serviceError, type ServiceError } from '../../src/sessions/errors.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import { createSessionService } from '../../src/sessions/service.ts'
import type { SessionStore } from '../../src/sessions/store.ts'
import { randomKeyring } from '../harness.ts'
import { cursorsOf, openStore } from '../store/fixture.ts'
import { eventually, upkeepOf } from '../store/upkeep.ts'

const place = { ipAddress: '203.0.113.7', userAgent: 'curl/8.5.0' }
const profile = { email: 'alice@example.com', name: 'Alice', roles: [] }

const dataLimits = { keys: 64, keyBytes: 64, valueBytes: 4096, bytes: 16_384 }

async function scene (t: Test) {
  const opened = await openStore(t, { touchIntervalMs: 0, flushEveryMs: 10, dataLimits })
  const keyring = createKeyring(randomKeyring())
  const serviceOn = (store: SessionStore, limits = dataLimits) => createSessionService({
    store,
    dataLimits: limits,
    credentials: createCredentialIssuer(keyring),
    deviceIds: createDeviceIds(keyring),
    cursorsOf,
    lifetimes: new Map([['default', { idleMs: 3_600_000, absoluteMs: 86_400_000 }]]),
    limits: { max: 100, byDeviceType: new Map(), policy: 'evict-oldest' },
    leases: { limits: new Map(), leaseMs: 60_000 },
    capture: { address: 'full', userAgent: 'full' }
  })
  const sessions = serviceOn(opened.store)
  const anonymous = await sessions.openAnonymous(place)
  await sessions.setKey(anonymous.session, 'cart', [1], undefined)
  const logIn = (service: typeof sessions, userId = '7') => service.open({ userId, profile, ...place, anonymous: { credential: anonymous.credential, keeps: 'all' } })
  const dataOf = async (session: { id: string }) => ({ ...(await sessions.readData(session)).data })
  return { ...opened, sessions, serviceOn, anonymous, logIn, dataOf }
}

type Verb = 'validate' | 'claim' | 'create' | 'promote'
type When = 'before' | 'after'

/** A store whose process dies at that call: it is made or not, nothing is answered, and nothing is asked any more. */
function dyingAt (store: SessionStore, verb: Verb, when: When): SessionStore {
  let isDead = false
  const gone = () => serviceError('store_unavailable', 'The process is dead.')
  return new Proxy(store, {
    get: (target, name: keyof SessionStore) => async (...args: unknown[]) => {
      if (isDead) throw gone()
      const isLast = name === verb
      if (isLast) isDead = true
      if (isLast && when === 'before') throw gone()
      const answer = await (target[name] as (...args: unknown[]) => unknown)(...args)
      if (isLast) throw gone()
      return answer
    }
  })
}

const steps = (['validate', 'claim', 'create', 'promote'] as const).flatMap(verb => (['before', 'after'] as const).map(when => ({ verb, when })))

for (const { verb, when } of steps) {
  t.test(`dies ${when} ${verb}: who logs in again has the data, and nothing is left of the first try`, async t => {
    const { sessions, serviceOn, store, anonymous, logIn, dataOf } = await scene(t)
    await t.rejects(logIn(serviceOn(dyingAt(store, verb, when))))
    const isTaken = verb === 'promote' && when === 'after'
    t.equal(await sessions.validate(anonymous.credential, true) === null, isTaken, 'the anonymous session lives on until its place is taken')
    const again = await logIn(sessions)
    t.strictSame(await dataOf(again.session), { cart: [1] })
    t.equal(await sessions.validate(anonymous.credential, true), null)
    t.equal((await sessions.list({ userId: '7' }, 100)).count, isTaken ? 2 : 1)
  })

  t.test(`dies ${when} ${verb}, and nobody comes again: a minute later there is the anonymous session or the new one, with the data`, async t => {
    const scenery = await scene(t)
    const { sessions, serviceOn, store, client, keys, anonymous, logIn, dataOf } = scenery
    await t.rejects(logIn(serviceOn(dyingAt(store, verb, when))))
    const claim = keys.sessionClaim(anonymous.session.id)
    const isTaken = verb === 'promote' && when === 'after'
    if (!isTaken && await client.exists(claim) === 1) {
      await client.hincrby(claim, 't', -60_001)
      upkeepOf(t, scenery, { settleMs: 20 })
      await eventually(t, 0, async () => client.exists(claim))
    }
    const { sessions: left } = await sessions.list({ userId: '7' }, 100)
    const [survivor = anonymous.session] = left
    t.equal(left.length, isTaken ? 1 : 0)
    t.strictSame(await dataOf(survivor), { cart: [1] })
    await sessions.setKey(await sessions.find(survivor.id) as never, 'cart', [1, 2], undefined)
  })
}

t.test('a promotion that was made and not answered is no failure to who asks again', async t => {
  const { sessions, serviceOn, store, logIn, dataOf } = await scene(t)
  const silent: SessionStore = { ...store, promote: async (...args) => { await store.promote(...args); throw serviceError('store_unavailable', 'No answer.') } }
  await t.rejects(logIn(serviceOn(silent)), { code: 'store_unavailable' })
  t.strictSame(await dataOf((await logIn(sessions)).session), { cart: [1] })
})

t.test('of two logins the one that claimed later takes the place; the other one leaves nothing, and begins anew: of the same user it has the data too, of another one none', async t => {
  for (const [verb, userId, data] of [['create', '7', { cart: [1] }], ['promote', '7', { cart: [1] }], ['promote', '8', {}]] as const) {
    const { sessions, serviceOn, store, anonymous, logIn, dataOf } = await scene(t)
    const winners: Array<Awaited<ReturnType<typeof logIn>>> = []
    const overtaken: SessionStore = {
      ...store,
      [verb]: async (...args: unknown[]) => {
        if (winners.length === 0) winners.push(await logIn(sessions))
        return (store[verb] as (...args: unknown[]) => unknown)(...args)
      }
    }
    const other = await logIn(serviceOn(overtaken), userId)
    const [winner] = winners
    t.strictSame(winner && await dataOf(winner.session), { cart: [1] })
    t.strictSame(await dataOf(other.session), data)
    const lists = await Promise.all(['7', '8'].map(async userId => (await sessions.list({ userId }, 100)).sessions))
    t.strictSame(lists.flat().map(({ id }) => id).sort(), [winner?.session.id, other.session.id].sort())
    t.equal(await sessions.validate(anonymous.credential, true), null)
  }
})

t.test('a login that has to begin anew, because its user ended all sessions meanwhile, leaves the anonymous session as it was', async t => {
  const { sessions, anonymous, dataOf } = await scene(t)
  const readAtMs = performance.now()
  await sessions.open({ userId: '7', profile, ...place })
  await sessions.endAll('7')
  const opening = { userId: '7', profile, ...place, anonymous: { credential: anonymous.credential, keeps: 'all' as const } }
  t.equal(await sessions.openUnlessEndedSince(readAtMs, opening), null)
  t.equal((await sessions.list({ userId: '7' }, 100)).count, 0)
  t.strictSame(await dataOf(anonymous.session), { cart: [1] })
  const opened = await sessions.openUnlessEndedSince(performance.now() + 1000, opening)
  t.strictSame(opened && await dataOf(opened.session), { cart: [1] })
})

t.test('a login before which another one comes each time is told to come again, and leaves nothing', async t => {
  const { sessions, serviceOn, store, logIn, dataOf } = await scene(t)
  let tries = 0
  const overtaken: SessionStore = {
    ...store,
    async promote (...args) {
      tries++
      await logIn(serviceOn(dyingAt(store, 'create', 'before'))).catch(() => {})
      return store.promote(...args)
    }
  }
  await t.rejects(logIn(serviceOn(overtaken)), { code: 'login_busy' })
  t.equal(tries, 5)
  t.equal((await sessions.list({ userId: '7' }, 100)).count, 0)
  t.strictSame(await dataOf((await logIn(sessions)).session), { cart: [1] })
})

t.test('while a login takes its place nobody changes its data', async t => {
  const { sessions, serviceOn, store, anonymous, logIn, dataOf } = await scene(t)
  const refused: unknown[] = []
  const slow: SessionStore = { ...store, create: async session => { refused.push(await sessions.setKey(anonymous.session, 'late', 1, undefined).catch(error => error)); return store.create(session) } }
  t.strictSame(await dataOf((await logIn(serviceOn(slow))).session), { cart: [1] })
  t.match(refused, [{ code: 'session_claimed' }])
})

t.test('data that a session may not hold any more is not dropped: the login is refused, and everything is as before', async t => {
  const { sessions, serviceOn, store, anonymous, logIn, dataOf } = await scene(t)
  for (const limits of [{ keys: 0 }, { bytes: 6 }]) await t.rejects(logIn(serviceOn(store, { ...dataLimits, ...limits })), { code: 'data_limit_exceeded' } satisfies Partial<ServiceError>)
  t.equal((await sessions.list({ userId: '7' }, 100)).count, 0)
  await sessions.setKey(anonymous.session, 'cart', [2], undefined)
  t.strictSame(await dataOf((await logIn(sessions)).session), { cart: [2] })
})

t.test('a repeated login that dies half-way on the same device loses nothing either', async t => {
  const { sessions, serviceOn, store, anonymous, dataOf } = await scene(t)
  const onDevice = (service: typeof sessions) => service.open({ userId: '7', profile, ...place, deviceId: 'phone', anonymous: { credential: anonymous.credential, keeps: 'all' } })
  await onDevice(sessions)
  for (const when of ['before', 'after'] as const) {
    await t.rejects(onDevice(serviceOn(dyingAt(store, 'create', when))))
    t.strictSame(await dataOf((await onDevice(sessions)).session), { cart: [1] }, when)
    t.equal((await sessions.list({ userId: '7' }, 100)).count, 1)
  }
})

t.test('the credential of a user’s session is as good as none', async t => {
  const { sessions, dataOf } = await scene(t)
  const bob = await sessions.open({ userId: '8', profile, ...place })
  await sessions.setKey(bob.session, 'mine', 1, undefined)
  const alice = await sessions.open({ userId: '7', profile, ...place, anonymous: { credential: bob.credential, keeps: 'all' } })
  t.strictSame(await dataOf(alice.session), {})
  t.ok(await sessions.validate(bob.credential, true))
  t.equal(await sessions.wasTaken(bob.credential), false)
  t.equal(await sessions.wasTaken('nothing'), false)
})

t.test('of another user nothing comes along once the place is taken', async t => {
  const { sessions, logIn, dataOf } = await scene(t)
  const first = await logIn(sessions, '7')
  await sessions.setKey(first.session, 'private', true, undefined)
  t.strictSame(await dataOf((await logIn(sessions, '8')).session), {})
  t.strictSame(await dataOf((await logIn(sessions, '7')).session), { cart: [1], private: true })
})
