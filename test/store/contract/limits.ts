import type { Test } from 'tap'
import type { NewSession, SessionStore } from '../../../src/sessions/store.ts'
import { newSession } from '../fixture.ts'
import type { Behaviours } from './make-store.ts'

type Limits = NewSession['limits']

const all = { limit: 100, after: null }

/** Opens sessions one after the other, a millisecond apart at least, under the limits; answers with their ids. */
async function open (store: SessionStore, limits: Limits, ...changes: Array<Partial<NewSession>>): Promise<string[]> {
  const ids: string[] = []
  for (const change of changes) {
    const session = newSession('7', { limits, ...change })
    const { createdAtMs } = await store.create(session)
    ids.push(session.credential.id)
    while ((await store.countLive(), Date.now()) <= createdAtMs + 1) await new Promise(resolve => setTimeout(resolve, 1))
  }
  return ids
}

async function liveIds (store: SessionStore): Promise<string[]> {
  return (await store.list('7', all)).sessions.map(({ id }) => id).reverse()
}

const evictOldest: Limits = { max: 3, maxOfType: null, policy: 'evict-oldest' }
const evictIdle: Limits = { ...evictOldest, policy: 'evict-idle' }
const deny: Limits = { ...evictOldest, policy: 'deny' }

async function denied (t: Test, store: SessionStore, session: NewSession, extras: object): Promise<void> {
  const before = await store.list('7', all)
  await t.rejects(store.create(session), { code: 'session_limit_reached', extras })
  t.strictSame(await store.list('7', all), before, 'nothing has changed')
  t.equal(await store.validate(session.credential), null)
}

export const limits: Behaviours = async (t, makeStore) => {
  await t.test('evict-oldest: whoever was opened first gives way, with its data, however much it is used', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    const [first, second, third] = await open(store, evictOldest, {}, {}, {})
    await store.writeData(first as string, { values: new Map([['cart', '3']]), ifVersion: null })
    await store.extend(first as string, 60_000)
    const [fourth] = await open(store, evictOldest, {})
    t.strictSame(await liveIds(store), [second, third, fourth])
    t.equal(await store.readData(first as string, null), null)
    t.equal(await store.countLive(), 3)
  })

  await t.test('evict-idle: whoever was not used for longest gives way', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    const sessions = [newSession('7', { limits: evictIdle }), newSession('7', { limits: evictIdle }), newSession('7', { limits: evictIdle })]
    for (const session of sessions) await open(store, evictIdle, session)
    const [first, second, third] = sessions.map(({ credential }) => credential.id)
    await store.validate((sessions[0] as NewSession).credential)
    const [fourth] = await open(store, evictIdle, {})
    t.strictSame(await liveIds(store), [first, third, fourth], `${second} is gone`)
  })

  await t.test('deny: nobody gives way, the new session is refused', async t => {
    const { store } = await makeStore(t)
    const ids = await open(store, deny, {}, {}, {})
    await denied(t, store, newSession('7', { limits: deny }), { max: 3 })
    await store.end('7', ids[1] as string)
    const [fourth] = await open(store, deny, {})
    t.strictSame(await liveIds(store), [ids[0], ids[2], fourth], 'there is room again')
  })

  await t.test('a session that is named gives way first; one that is dead, unknown or another user’s is no fault', async t => {
    const { store } = await makeStore(t)
    const [first, second, third] = await open(store, deny, {}, {}, {})
    const [fourth] = await open(store, deny, { endId: second as string })
    t.strictSame(await liveIds(store), [first, third, fourth])
    const foreign = newSession('8')
    await store.create(foreign)
    for (const endId of [second as string, newSession('7').credential.id, foreign.credential.id]) {
      await denied(t, store, newSession('7', { limits: deny, endId }), { max: 3 })
    }
    t.ok(await store.validate(foreign.credential), 'another user’s lives on')
    const [fifth] = await open(store, { ...evictOldest, max: 4 }, { endId: third as string })
    t.strictSame(await liveIds(store), [first, fourth, fifth], 'it ends also where there is room')
  })

  await t.test('a session that the new one takes the place of makes room too, and ends as replaced; another user’s does not', async t => {
    const { store } = await makeStore(t)
    const [first, second, third] = await open(store, deny, {}, {}, {})
    const [fourth] = await open(store, deny, { replacedId: second as string })
    t.strictSame(await liveIds(store), [first, third, fourth])
    t.match(await store.listEnded('7'), [{ id: second, reason: 'replaced', actor: fourth }])
    const foreign = newSession('8')
    await store.create(foreign)
    for (const replacedId of [second as string, foreign.credential.id]) {
      await denied(t, store, newSession('7', { limits: deny, replacedId }), { max: 3 })
    }
    t.ok(await store.validate(foreign.credential), 'another user’s lives on')
    const [fifth] = await open(store, { ...evictOldest, max: 9 }, { replacedId: first as string, endId: third as string })
    t.strictSame(await liveIds(store), [fourth, fifth], 'they end also where there is room')
  })

  await t.test('a limit of one device type counts and ends sessions of that type alone', async t => {
    const { store } = await makeStore(t)
    const ofTv: Limits = { max: 5, maxOfType: 1, policy: 'evict-oldest' }
    const [phone, tv] = await open(store, ofTv, { deviceType: 'mobile' }, { deviceType: 'tv' })
    const [second] = await open(store, ofTv, { deviceType: 'tv' })
    t.strictSame(await liveIds(store), [phone, second], `${tv} is gone`)
    await denied(t, store, newSession('7', { deviceType: 'tv', limits: { ...ofTv, policy: 'deny' } }), { max: 1, deviceType: 'tv' })
    const [third] = await open(store, { ...ofTv, max: 2 }, { deviceType: 'tv' })
    t.strictSame(await liveIds(store), [phone, third], 'one that ends for its type makes room among all')
    const [bare] = await open(store, { ...ofTv, max: 2 }, { deviceType: 'unknown' })
    t.strictSame(await liveIds(store), [third, bare])
  })

  await t.test('a limit that was lowered holds from the next login on', async t => {
    const { store } = await makeStore(t)
    const ids = await open(store, { ...evictOldest, max: 10 }, {}, {}, {}, {}, {})
    await denied(t, store, newSession('7', { limits: { ...deny, max: 2 } }), { max: 2 })
    const [last] = await open(store, { ...evictOldest, max: 2 }, {})
    t.strictSame(await liveIds(store), [ids.at(-1), last])
    t.equal(await store.countLive(), 2)
  })

  await t.test('what is dead already takes nobody’s place', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    await open(store, deny, { idleMs: 1 }, { absoluteMs: 1 })
    await store.endAll('7', null)
    const ids = await open(store, deny, {}, {}, {})
    t.strictSame(await liveIds(store), ids)
  })

  await t.test('fifty at once under a limit of three: exactly three live, and with deny exactly three got in', async t => {
    const { store, another } = await makeStore(t)
    const stores = [store, await another()]
    const atOnce = (limits: Limits) => Promise.allSettled(Array.from({ length: 50 }, (_, i) => stores[i % 2]?.create(newSession('7', { limits }))))
    const opened = await atOnce(evictOldest)
    t.ok(opened.every(({ status }) => status === 'fulfilled'))
    t.equal((await store.list('7', all)).count, 3)
    await store.endAll('7', null)
    const outcomes = await atOnce(deny)
    t.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 3)
    t.equal((await store.list('7', all)).count, 3)
  })
}
