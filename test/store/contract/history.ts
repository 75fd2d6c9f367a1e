import { setTimeout as sleep } from 'node:timers/promises'
import type { ActivityEvent } from '../../../src/sessions/activity.ts'
import type { NewSession, SessionStore } from '../../../src/sessions/store.ts'
import { newSession } from '../fixture.ts'
import type { Behaviours } from './make-store.ts'

const change = (...keys: string[]) => ({ values: new Map(keys.map(key => [key, '"secret"'])), ifVersion: null })

async function opened (store: SessionStore, changes: Partial<NewSession> = {}): Promise<NewSession> {
  const session = newSession('7', changes)
  await store.create(session)
  return session
}

const eventsOf = async (store: SessionStore, userId = '7') => (await store.activity(userId, null)).events

/** Events of one session, oldest first, in a form that is short to compare. */
async function storyOf (store: SessionStore, { credential: { id }, userId }: NewSession): Promise<Array<[event: string, details: ActivityEvent['details']]>> {
  const events = (await eventsOf(store, userId)).filter(({ sessionId }) => sessionId === id)
  return events.reverse().map(({ event, details }) => [event, details])
}

const created: [string, object] = ['created', { ipAddress: '203.0.113.7', userAgent: 'curl/8.5.0' }]

export const history: Behaviours = async (t, makeStore) => {
  await t.test('each thing that happens to a session is one event, with what there is to say about it', async t => {
    const { store } = await makeStore(t)
    const session = await opened(store, { lifetime: 'tv' })
    const { id } = session.credential
    const successor = { ...session.credential, generation: 2 }
    await store.validate(session.credential)
    await store.validate(successor)
    await store.validate(successor)
    await store.validate(session.credential)
    const extended = await store.extend(id, 7_200_000)
    await store.extend(id, 7_200_000)
    await store.writeData(id, change('cart', 'theme'))
    await store.writeData(id, { values: new Map([['cart', null], ['never', null]]), ifVersion: null })
    await store.writeData(id, { values: new Map([['cart', null]]), ifVersion: null })
    await store.writeData(id, { ...change('lost'), ifVersion: [99] })
    await store.describe(id)
    await store.end('7', id, { reason: 'ended_by_user', actor: newSession('7').credential.id })
    await store.end('7', id)
    await store.validate(successor)
    t.match(await storyOf(store, session), [
      ['created', { lifetime: 'tv' }],
      ['rotated', { generation: 2 }],
      ['extended', { extendedUntilMs: extended?.times.extendedUntilMs }],
      ['data_changed', { keys: ['cart', 'theme'], changes: 2 }],
      ['ended', { reason: 'ended_by_user', actor: /^[0-9a-f-]{36}$/ }]
    ])
    t.equal((await eventsOf(store)).length, 5)
    t.notMatch(JSON.stringify(await eventsOf(store)), 'secret', 'never what is stored')
  })

  await t.test('events are newest first, each with a higher number than the one before and its own time', async t => {
    const { store } = await makeStore(t)
    await Promise.all(Array.from({ length: 30 }, () => opened(store)))
    await store.endAll('7', null)
    const events = await eventsOf(store)
    t.equal(events.length, 60)
    for (const [i, { id, atMs }] of events.entries()) {
      t.ok(i === 0 || id < Number(events[i - 1]?.id))
      t.ok(atMs <= id && Math.abs(Date.now() - atMs) < 60_000)
    }
    t.strictSame(await eventsOf(store, '8'), [], 'nobody else’s')
  })

  await t.test('what one session does again and again is one event; what others do parts it only after ten', async t => {
    const { store } = await makeStore(t)
    const [player, other] = [await opened(store), await opened(store)]
    for (let i = 0; i < 50; i++) {
      await store.writeData(player.credential.id, change('position'))
      await store.writeData(other.credential.id, change('position'))
    }
    await store.writeData(player.credential.id, change('track'))
    t.strictSame(await storyOf(store, player), [created, ['data_changed', { changes: 51, keys: ['track', 'position'] }]])
    t.strictSame(await storyOf(store, other), [created, ['data_changed', { changes: 50, keys: ['position'] }]])
    for (let i = 0; i < 10; i++) await opened(store)
    await store.writeData(player.credential.id, change('position'))
    t.strictSame((await storyOf(store, player)).slice(1).map(([, details]) => details), [{ changes: 51, keys: ['track', 'position'] }, { changes: 1, keys: ['position'] }])
  })

  await t.test('nobody washes the history clean with one session', async t => {
    const { store } = await makeStore(t, { historyLimits: { entries: 20, retentionMs: 1_000_000, endedMs: 1_000_000 } })
    const [gone, busy] = [await opened(store), await opened(store)]
    await store.end('7', gone.credential.id)
    for (let i = 0; i < 60; i++) {
      await store.writeData(busy.credential.id, change(`key${i % 13}`))
      await store.extend(busy.credential.id, 10_000_000 + 2000 * i)
      await store.flag(busy.credential.id, { binding: `cafe${i % 7}.phone`, signals: ['network'], ipAddress: '', isAccepted: true })
      await store.validate({ ...busy.credential, generation: 2 + i })
    }
    const events = await eventsOf(store)
    t.strictSame(events.map(({ event }) => event), ['rotated', 'flagged', 'extended', 'data_changed', 'flagged', 'flagged', 'ended', 'created', 'created'])
    t.match(events.map(({ details: { changes } }) => changes), [60, 58, 60, 60])
    t.equal(events[0]?.details.generation, 61)
    t.equal(events[3]?.details.keys?.length, 13)
    t.equal((await store.listEnded('7')).length, 1)
  })

  await t.test('whoever comes and goes between two places is noted once for each; one that waits for the password, whenever it is not the last one', async t => {
    const { store } = await makeStore(t)
    const session = await opened(store, { binding: 'home.phone' })
    const { id } = session.credential
    const flag = (binding: string, isAccepted: boolean) => store.flag(id, { binding, signals: ['network'], ipAddress: '', isAccepted })
    const noted = []
    for (let i = 0; i < 5; i++) for (const binding of ['train.phone', 'home.phone']) noted.push(await flag(binding, true))
    t.strictSame(noted, [true, ...Array(9).fill(false)])
    t.equal((await store.validate(session.credential))?.binding, 'home.phone')
    t.strictSame([await flag('train.phone', false), await flag('cafe.phone', false), await flag('cafe.phone', false)], [false, true, false])
    const successor = newSession('7').credential
    await store.replace(id, successor, 'cafe.phone')
    t.equal(await store.flag(successor.id, { binding: 'train.phone', signals: ['network'], ipAddress: '', isAccepted: false }), true, 'a proof of the password begins anew')
  })

  await t.test('a login that the limit denies is an event of its own', async t => {
    const { store } = await makeStore(t)
    await opened(store, { deviceType: 'tv' })
    const [all, tv] = [newSession('7', { limits: { max: 1, maxOfType: null, policy: 'deny' } }), newSession('7', { deviceType: 'tv', limits: { max: 9, maxOfType: 1, policy: 'deny' } })]
    for (const denied of [all, tv]) await t.rejects(store.create(denied), { code: 'session_limit_reached' })
    t.match(await eventsOf(store), [
      { event: 'limited', sessionId: tv.credential.id, details: { limit: { of: 'deviceType', max: 1 }, ipAddress: '203.0.113.7' } },
      { event: 'limited', sessionId: all.credential.id, details: { limit: { of: 'all', max: 1 }, userAgent: 'curl/8.5.0' } },
      { event: 'created' }
    ])
  })

  await t.test('a session that got another id and expires unseen leaves what its login told', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    const session = await opened(store, { idleMs: 60, lifetime: 'tv' })
    const successor = newSession('7').credential
    const before = await store.describe(session.credential.id)
    await store.replace(session.credential.id, successor)
    await new Promise(resolve => setTimeout(resolve, 100))
    t.match(await store.listEnded('7'), [{ id: successor.id, reason: 'expired_idle', lifetime: 'tv', ipAddress: '203.0.113.7', userAgent: 'curl/8.5.0', createdAtMs: before?.times.createdAtMs }])
  })

  await t.test('a change of many keys names some and counts the others', async t => {
    const { store } = await makeStore(t)
    const session = await opened(store)
    await store.writeData(session.credential.id, change(...Array.from({ length: 60 }, (_, i) => `key=${i + 10}`)))
    const [, [, details = {}] = []] = await storyOf(store, session)
    t.equal(details.keys?.[0], 'key=10', 'also with a character that has a meaning in an entry')
    t.equal((details.keys?.length ?? 0) + (details.moreKeys ?? 0), 60)
    t.ok(Number(details.moreKeys) > 10)
  })

  await t.test('only the newest events are kept, as many as the store is told', async t => {
    const { store } = await makeStore(t, { historyLimits: { entries: 10, retentionMs: 60_000, endedMs: 60_000 } })
    const sessions: NewSession[] = []
    for (let i = 0; i < 13; i++) sessions.push(await opened(store))
    t.strictSame((await eventsOf(store)).map(({ sessionId }) => sessionId), sessions.slice(3).reverse().map(({ credential }) => credential.id))
  })

  await t.test('every cause of an end is one event with its reason', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0, graceMs: 0 })
    const ends: Record<string, (session: NewSession) => Promise<unknown>> = {
      logged_out: ({ credential: { id } }) => store.end('7', id),
      ended_all: () => store.endAll('7', null),
      disabled: () => store.endAll('7', null, { reason: 'disabled' }),
      reuse_detected: async ({ credential }) => {
        await store.validate({ ...credential, generation: 2 })
        await store.validate(credential)
      }
    }
    for (const [reason, end] of Object.entries(ends)) {
      const session = await opened(store)
      await end(session)
      t.equal(await store.validate(session.credential), null)
      const ended = (await storyOf(store, session)).filter(([event]) => event === 'ended')
      t.strictSame(ended, [['ended', { reason }]], reason)
    }
  })

  await t.test('a session that expires unseen is found by whoever looks next, with its own time and the deadline that it was', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    const looks = { history: () => eventsOf(store), list: () => store.listEnded('7'), login: () => opened(store), endAll: () => store.endAll('7', null) }
    for (const [who, look] of Object.entries(looks)) {
      for (const [lifetimes, reason] of [[{ idleMs: 60 }, 'expired_idle'], [{ absoluteMs: 60 }, 'expired_absolute']] as const) {
        const session = await opened(store, lifetimes)
        while (await store.describe(session.credential.id) !== null) await sleep(5)
        // In the millisecond of the deadline Redis still has the record.
        await sleep(2)
        await look()
        t.strictSame(await storyOf(store, session), [created, ['ended', { reason }]], `${reason}, ${who}`)
        const [ended] = (await store.listEnded('7')).filter(({ id }) => id === session.credential.id)
        t.match(ended, { reason, ipAddress: '203.0.113.7', userAgent: 'curl/8.5.0', lifetime: 'default' })
        t.equal(Number(ended?.endedAtMs) - Number(ended?.createdAtMs), 60)
      }
    }
  })

  await t.test('what has ended is listed with what was known of it; what lives is not', async t => {
    const { store } = await makeStore(t)
    const [session, other] = [await opened(store, { lifetime: 'tv', userAgent: 'x'.repeat(300) }), await opened(store)]
    const shown = await store.validate(session.credential)
    const { id } = session.credential
    t.strictSame(await store.listEnded('7'), [])
    await store.end('7', id, { reason: 'ended_by_user', actor: other.credential.id })
    const [ended, ...more] = await store.listEnded('7')
    t.strictSame(more, [])
    t.match(ended, {
      id,
      userId: '7',
      reason: 'ended_by_user',
      actor: other.credential.id,
      createdAtMs: shown?.times.createdAtMs,
      lastAccessedAtMs: shown?.times.lastAccessedAtMs,
      generation: 1,
      lifetime: 'tv',
      ipAddress: '203.0.113.7',
      userAgent: 'x'.repeat(300)
    })
    t.strictSame(await store.listEnded('8'), [])
    t.equal((await store.list('7', { limit: 10, after: null })).count, 1)
  })

  await t.test('a history that is erased is empty, and nobody else’s', async t => {
    const { store } = await makeStore(t)
    await opened(store)
    await opened(store, { userId: '8', credential: newSession('8').credential })
    await store.eraseHistory('7')
    await store.eraseHistory('7')
    t.strictSame(await eventsOf(store), [])
    t.equal((await eventsOf(store, '8')).length, 1)
  })

  await t.test('says whose a session is, alive or ended', async t => {
    const { store } = await makeStore(t)
    const [live, ended] = [await opened(store), await opened(store)]
    await store.end('7', ended.credential.id)
    const isOwn = async (userId: string, id: string) => (await store.activity(userId, id)).isOwn
    t.equal(await isOwn('7', live.credential.id), true)
    t.equal(await isOwn('7', ended.credential.id), true)
    t.equal(await isOwn('8', live.credential.id), false)
    t.equal(await isOwn('7', newSession('7').credential.id), false)
    t.equal(await isOwn('7', newSession('8').credential.id), false)
  })

  await t.test('tells whether a session is under the young-session guard, also under another id', async t => {
    const { store } = await makeStore(t)
    const [session, successor] = [newSession('7', { isGuarded: true }), newSession('7').credential]
    await store.create(session)
    t.match(await store.explain(session.credential.id), { state: 'alive', facts: { isGuarded: true } })
    await store.replace(session.credential.id, successor)
    t.match(await store.explain(successor.id), { state: 'alive', facts: { isGuarded: true } })
  })

  await t.test('explains a session without using it', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    const session = await opened(store)
    const { id } = session.credential
    await store.endAll('7', id)
    await store.validate({ ...session.credential, generation: 2 })
    const first = await store.explain(id)
    t.match(first, { state: 'alive', facts: { userId: '7', generation: 2, times: { idleMs: session.idleMs } } })
    if (first.state !== 'alive') return
    t.equal(first.facts.predecessorUntilMs - first.facts.generationSinceMs, 30_000)
    t.equal(first.facts.keptAtMs, first.facts.notBeforeMs)
    t.equal(first.facts.times.authenticatedAtMs, first.facts.times.createdAtMs)
    t.equal(first.facts.isGuarded, false)
    t.strictSame((await store.explain(id) as typeof first).facts, first.facts, 'nothing has moved')
    await store.end('7', id)
    t.match(await store.explain(id), { state: 'ended', ended: { reason: 'logged_out', userId: '7', generation: 2 } })
    t.strictSame(await store.explain(newSession('7').credential.id), { state: 'unknown' })
  })
}
