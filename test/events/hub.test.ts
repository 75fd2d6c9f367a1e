import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createEventHub, type HubOptions } from '../../src/events/hub.ts'
import type { LiveEvent, Ending, Outlet } from '../../src/events/listener.ts'
import type { Known, Lifespan, LoggedEvent, Watch, Watched } from '../../src/events/user-log.ts'

const alive: Lifespan = { nowMs: 1_000_000, idleDeadlineMs: 4_600_000, endMs: 4_601_000, absoluteDeadlineMs: 87_400_000, idleMs: 3_600_000, lifetimeMs: 86_400_000, generation: 1, graceEndMs: 0 }
const alice = { userId: '1', id: 'e1080000-0000-4000-8000-000000000001', generation: 1 }
const second = { userId: '1', id: 'e1080000-0000-4000-8000-000000000002', generation: 1 }
const bob = { userId: '2', id: '4e410000-0000-4000-8000-000000000001', generation: 1 }

const settled = () => sleep(1)

async function until (isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(2)
}

function outlet () {
  const events: LiveEvent[] = []
  const ends: Ending[] = []
  const own: Outlet = { send: event => events.push(event), end: ending => ends.push(ending) }
  return { events, ends, types: () => events.map(({ type }) => type), outlet: own }
}

/** A hub over a log of the test's own, whose answers it makes. */
function opened (answer: (watch: Watch) => Watched | null | Promise<never> = () => watched(), options: Partial<HubOptions> = {}) {
  const seen = { calls: [] as number[], watches: [] as Watch[], leaves: [] as string[], touches: 0, leases: 0, buried: [] as string[], glances: [] as Known[][], receipts: [] as string[] }
  const state = { isProven: true, fails: '', hadLapsed: false, changed: null as string[] | null, holds: Promise.resolve() }
  let onChange = (_slot: string | null): void => {}
  let onEvent = (_userId: string): void => {}
  const failing = (what: string): void => { if (state.fails === what) throw new Error('away') }
  const hub = createEventHub({
    log: {
      async watch (users) {
        seen.calls.push(users.length)
        seen.watches.push(...users)
        failing('watch')
        return Promise.all(users.map(answer))
      },
      async haveChanged (users) {
        seen.glances.push(users)
        failing('glance')
        await state.holds
        return users.map(({ userId }) => state.changed?.includes(userId) ?? true)
      },
      async touch () {
        seen.touches++
        failing('touch')
        return state.fails !== 'dead'
      },
      async acknowledge (_userId, eventId) {
        seen.receipts.push(eventId)
        failing('acknowledge')
      },
      async leave (_userId, sessionId) {
        seen.leaves.push(sessionId)
        failing('leave')
      },
      async keepLease () {
        seen.leases++
        failing('lease')
        return state.hadLapsed
      },
      async bury (userId) {
        seen.buried.push(userId)
        failing('bury')
      }
    },
    news: () => ({
      listen (callBack) { onChange = callBack },
      onEvents (callBack) { onEvent = callBack },
      isProven: () => state.isProven
    }),
    limits: { perSession: 8, perUser: 64 },
    touchIntervalMs: 1000,
    ...options
  })
  return { hub, seen, state, change: (slot: string | null) => onChange(slot), tell: (userId: string) => onEvent(userId) }
}

function watched (more: Partial<Watched> = {}): Watched {
  return { verdicts: [alive, alive], oldest: 10, newest: 20, entries: [], ...more }
}

t.test('that a session was told who goes on with what it did is acknowledged, and nothing else', async t => {
  const changed = (id: number, holders: string) => ({ id, hex: '0'.repeat(28), type: 'active.changed', payload: `{"channel":"playback",${holders},"version":1}` })
  const entries = [
    changed(21, `"holder":"${alice.id}"`),
    changed(22, `"holder":"${alice.id}","formerHolder":null`),
    changed(23, `"holder":null,"formerHolder":"${alice.id}"`),
    { ...changed(24, `"formerHolder":"${alice.id}"`), type: 'data.changed' }
  ]
  const { hub, seen, state } = opened(() => watched({ newest: 24, entries }))
  state.fails = 'acknowledge'
  const { types, outlet: own } = outlet()
  const { leave } = hub.join(alice, own, '20')
  await until(() => types().length === 5)
  t.strictSame(seen.receipts, ['23'])
  leave()
})

t.test('an idle connection is looked at once, as long as news is known to come', async t => {
  const { hub, seen } = opened()
  const { types, outlet: own } = outlet()
  const { leave } = hub.join(alice, own, null)
  await until(() => types().length > 0)
  await sleep(1500)
  t.equal(seen.watches.length, 1)
  t.ok(seen.leases >= 2, 'but it says that the instance is there')
  leave()
  t.strictSame(seen.leaves, [alice.id])
})

t.test('while news may be missed it is looked at again and again', async t => {
  const { hub, seen, state } = opened()
  state.isProven = false
  const { leave } = hub.join(alice, outlet().outlet, null)
  const startedAtMs = performance.now()
  await until(() => seen.watches.length >= 3)
  t.ok(performance.now() - startedAtMs < 2000)
  leave()
})

t.test('then who has not changed is only glanced at, by what is known; that fails, and goes on', async t => {
  const { hub, seen, state } = opened(({ sessionIds }) => watched({ verdicts: sessionIds.map(() => alive) }))
  Object.assign(state, { isProven: false, changed: [] })
  const joined = Array.from({ length: 150 }, (_, i) => hub.join({ ...alice, userId: `u${i}`, id: `e1080000-0000-4000-8000-${String(i).padStart(12, '0')}` }, outlet().outlet, null))
  await until(() => seen.watches.length === 150)
  const last = () => seen.glances.slice(-5).flat()
  await until(() => seen.glances.length >= 10 && new Set(last().map(({ userId }) => userId)).size === 150)
  t.ok(seen.glances.every(({ length }) => length <= 32), 'few in a call')
  t.ok(last().every(({ newest, sessionIds }) => newest === 20 && sessionIds.length === 1))
  t.equal(seen.watches.length, 150, 'and nobody is looked at')
  state.fails = 'glance'
  const failed = seen.glances.length
  await until(() => seen.glances.length > failed + 3)
  t.equal(seen.watches.length, 150)
  Object.assign(state, { fails: '', changed: ['u7', 'u149'] })
  await until(() => seen.watches.length >= 152)
  t.strictSame(seen.watches.slice(150, 152).map(({ userId }) => userId).sort(), ['u149', 'u7'])
  joined.forEach(({ leave }) => leave())
  const before = seen.glances.length
  await sleep(500)
  t.equal(seen.glances.length, before, 'without anybody there is nothing to glance at')
})

t.test('who leaves while it is glanced at is not looked at, and a glance that takes long keeps nobody else waiting', async t => {
  const held: Array<() => void> = []
  const { hub, seen, state } = opened()
  Object.assign(state, { isProven: false, changed: [], holds: new Promise<void>(resolve => held.push(resolve)) })
  const { leave } = hub.join(alice, outlet().outlet, null)
  await until(() => seen.glances.length > 0)
  await until(() => seen.glances.length > 2)
  const before = seen.watches.length
  state.changed = [alice.userId]
  leave()
  held.forEach(release => release())
  await sleep(50)
  t.equal(seen.watches.length, before)
})

t.test('who is being looked at is not glanced at', async t => {
  const { hub, seen, state } = opened(({ userId }) => userId === alice.userId ? new Promise<never>(() => {}) : watched())
  Object.assign(state, { isProven: false, changed: [] })
  const joined = [hub.join(bob, outlet().outlet, null)]
  await until(() => seen.glances.length > 1)
  joined.push(hub.join(alice, outlet().outlet, null))
  await until(() => seen.watches.some(({ userId }) => userId === alice.userId))
  const before = seen.glances.length
  await until(() => seen.glances.length > before + 2)
  t.ok(seen.glances.slice(before + 1).flat().every(({ userId }) => userId === bob.userId))
  joined.forEach(({ leave }) => leave())
})

t.test('news of a slot, of a user and of what may have been missed is looked into', async t => {
  const { hub, seen, change, tell } = opened()
  const [first, other] = [hub.join(alice, outlet().outlet, null), hub.join(bob, outlet().outlet, null)]
  await until(() => seen.watches.length === 2)
  await settled()
  const askedFor = async (act: () => void): Promise<string[]> => {
    seen.watches.length = 0
    act()
    await sleep(20)
    return seen.watches.map(({ userId }) => userId)
  }
  t.strictSame(await askedFor(() => change('e108')), ['1'])
  t.strictSame(await askedFor(() => tell('2')), ['2'])
  t.strictSame(await askedFor(() => tell('3')), [])
  t.strictSame(await askedFor(() => change('ffff')), [])
  t.strictSame(await askedFor(() => change(null)), ['1', '2'])
  t.strictSame(await askedFor(() => hub.doubtAll()), ['1', '2'])
  first.leave()
  other.leave()
})

t.test('a look that fails is made again, and ends nobody’s connection', async t => {
  let isDamaged = true
  const { hub, seen, state } = opened(() => isDamaged ? null : watched())
  const { types, ends, outlet: own } = outlet()
  state.fails = 'watch'
  const { leave } = hub.join(alice, own, null)
  await until(() => seen.watches.length === 2)
  t.equal(seen.watches[1]?.keeps, 'presence', 'and keeps what the first one should have')
  state.fails = ''
  await until(() => seen.watches.length === 3)
  isDamaged = false
  await until(() => types().length > 0)
  t.strictSame([types(), ends], [['ready'], []])
  leave()
})

t.test('what cannot be told of presence is told later', async t => {
  const { hub, seen, state } = opened()
  state.fails = 'lease'
  const [first, other] = [hub.join(alice, outlet().outlet, null), hub.join(second, outlet().outlet, null)]
  await until(() => seen.leases === 2)
  state.fails = 'leave'
  first.leave()
  await until(() => seen.leaves.length === 2)
  state.fails = ''
  await until(() => seen.leaves.length === 3)
  t.strictSame(seen.leaves, [alice.id, alice.id, alice.id])
  state.fails = 'leave'
  first.leave()
  t.equal(seen.leaves.length, 3, 'once gone is gone')
  other.leave()
  await settled()
  hub.join(second, outlet().outlet, null)
  await until(() => seen.leases > 4)
  t.equal(seen.leaves.filter(id => id === second.id).length, 1, 'unless it is back')
  hub.close()
})

t.test('who leaves while it is looked at is told nothing, and is not online', async t => {
  let answerNow = (_watched: Watched): void => {}
  const { hub, seen } = opened(() => new Promise<Watched>(resolve => { answerNow = resolve }) as Promise<never>)
  const gone = outlet()
  const { leave } = hub.join(alice, gone.outlet, null)
  await until(() => seen.watches.length === 1)
  leave()
  answerNow(watched())
  await settled()
  t.strictSame([gone.events, seen.leaves], [[], [alice.id, alice.id]])
})

t.test('uses are told twice a second; of a dead session it is looked at', async t => {
  let verdict: Watched['verdicts'] = [alive]
  const { hub, seen, state } = opened(() => watched({ verdicts: verdict }))
  const { types, ends, outlet: own } = outlet()
  const { use } = hub.join(alice, own, null)
  await until(() => types().length > 0)
  state.fails = 'touch'
  use()
  use()
  await settled()
  t.strictSame([seen.touches, seen.watches.length], [1, 1], 'that nobody knows is no end')
  state.fails = ''
  await until(() => seen.touches === 2)
  t.equal(seen.watches.length, 1, 'and it is told again')
  await sleep(501)
  state.fails = 'dead'
  verdict = [{ reason: 'logged_out' }]
  use()
  await until(() => ends.length > 0)
  t.strictSame(ends, [{ kind: 'session', reason: 'logged_out' }])
  t.equal(types().at(-1), 'session.revoked')
})

t.test('a use that comes too soon is told a moment later, once for all of them, also of who has gone meanwhile', async t => {
  const { hub, seen } = opened()
  const { use, leave } = hub.join(alice, outlet().outlet, null)
  const startedAtMs = performance.now()
  for (let i = 0; i < 5; i++) use()
  await settled()
  t.equal(seen.touches, 1)
  leave()
  await until(() => seen.touches === 2)
  const laterMs = performance.now() - startedAtMs
  t.ok(laterMs >= 499 && laterMs < 900, `${laterMs} ms later`)
  await sleep(600)
  t.equal(seen.touches, 2)
})

t.test('of who has gone it is told once, whether it can be or not', async t => {
  const { hub, seen, state } = opened()
  const { use, leave } = hub.join(alice, outlet().outlet, null)
  state.fails = 'touch'
  use()
  leave()
  await sleep(300)
  t.equal(seen.touches, 1)
})

t.test('where a use is recorded more often it is told as often', async t => {
  const { hub, seen } = opened(undefined, { touchIntervalMs: 0 })
  const { use, leave } = hub.join(alice, outlet().outlet, null)
  for (let i = 0; i < 5; i++) use()
  await settled()
  t.equal(seen.touches, 5)
  leave()
})

t.test('each gets what is new to it and concerns it, once', async t => {
  const entry = (id: number, type: string, of: { id: string }, payload = '{}'): LoggedEvent => ({ id, hex: of.id.replaceAll('-', '').slice(4), type, payload })
  const entries = [
    entry(21, 'device.joined', second), entry(22, 'session.rotated', alice), entry(23, 'data.changed', second, '{"scope":"session","key":"a"}'),
    entry(24, 'data.changed', second, '{"scope":"user","key":"a","value":{"scope":"session"}}')
  ]
  let newest = 20
  const { hub, tell } = opened(({ after }) => watched({ newest, entries: after === null ? [] : entries.filter(({ id }) => id > after && id <= newest) }))
  const [one, two] = [outlet(), outlet()]
  hub.join(alice, one.outlet, null)
  hub.join(second, two.outlet, '15.3')
  await until(() => one.events.length + two.events.length === 2)
  newest = 24
  tell('1')
  tell('1')
  await until(() => two.events.length >= 4)
  t.strictSame(one.events.map(({ id, type }) => `${id} ${type}`), ['20.1 ready', '21 device.joined', '22 session.rotated', '24 data.changed'])
  t.strictSame(two.events.map(({ id, type }) => `${id} ${type}`), ['15.4 ready', '21 device.joined', '23 data.changed', '24 data.changed'])
  t.equal(one.events.at(-1)?.text, `{"id":"24","type":"data.changed","sessionId":"${second.id}","scope":"user","key":"a","value":{"scope":"session"}}`)
  t.strictSame((await hub.read(alice, '21')).map(({ id, type }) => `${id} ${type}`), ['21.1 ready', '22 session.rotated', '24 data.changed'])
  hub.close()
})

t.test('who asks once is told of deadlines too, or that its session is dead, or that nobody knows', async t => {
  let answer: Watched | null = watched({ verdicts: [{ ...alive, idleDeadlineMs: 1_050_000 }] })
  const { hub } = opened(() => answer)
  t.strictSame((await hub.read(alice, null)).map(({ type }) => type), ['ready', 'session.expiring'])
  answer = watched({ verdicts: [{ reason: '' }] })
  await t.rejects(hub.read(alice, null), { code: 'invalid_session' })
  answer = null
  await t.rejects(hub.read(alice, null), { code: 'store_unavailable' })
  await t.rejects(hub.isAlive(alice), { code: 'store_unavailable' })
})

t.test('who joins a session that is dead already is told why; a deadline is told once', async t => {
  let verdicts: Watched['verdicts'] = [{ ...alive, idleDeadlineMs: 1_050_000 }]
  const { hub, tell, seen } = opened(() => watched({ verdicts }))
  const first = outlet()
  hub.join(alice, first.outlet, null)
  await until(() => seen.watches.length === 1)
  await settled()
  tell('1')
  await until(() => seen.watches.length === 2)
  await settled()
  t.strictSame(first.types(), ['ready', 'session.expiring'])
  verdicts = [{ reason: 'ended_all' }, { reason: 'ended_all' }]
  const late = outlet()
  hub.join(second, late.outlet, null)
  await until(() => late.ends.length > 0)
  t.strictSame(late.events.map(({ id, type }) => `${id} ${type}`), ['0.1 session.revoked'])
  t.strictSame([first, late].map(({ ends }) => ends), [[{ kind: 'session', reason: 'ended_all' }], [{ kind: 'session', reason: 'ended_all' }]])
})

t.test('when it stops nobody else gets in', async t => {
  const { hub } = opened()
  const { ends, outlet: own } = outlet()
  hub.join(alice, own, null)
  t.equal(hub.size(), 1)
  hub.close()
  t.match(ends, [{ kind: 'restart', retryMs: Number }])
  t.throws(() => hub.join(bob, outlet().outlet, null), { code: 'shutting_down' })
})

t.test('an instance that was taken to be gone says anew who is connected to it', async t => {
  const { hub, seen, state } = opened()
  const { leave } = hub.join(alice, outlet().outlet, null)
  await until(() => seen.watches.length === 1)
  state.hadLapsed = true
  await until(() => seen.watches.length === 2)
  state.hadLapsed = false
  t.equal(seen.watches[1]?.keeps, 'presence')
  leave()
})

t.test('what has expired is noticed for the others too', async t => {
  const verdicts: Watched['verdicts'] = [alive, alive]
  const { hub, seen, state, tell } = opened(() => watched({ verdicts }))
  const [one, two] = [outlet(), outlet()]
  hub.join(alice, one.outlet, null)
  hub.join(second, two.outlet, null)
  await until(() => two.types().length > 0)
  state.fails = 'bury'
  verdicts[0] = { reason: 'expired_idle' }
  verdicts[1] = { reason: 'logged_out' }
  tell('1')
  await until(() => two.ends.length > 0)
  t.strictSame([one.ends, seen.buried], [[{ kind: 'session', reason: 'expired_idle' }], ['1']])
})

t.test('a connection does not outlive the credential that opened it', async t => {
  let verdict = { ...alive, generation: 2, graceEndMs: alive.nowMs + 80 }
  const { hub, seen } = opened(() => watched({ verdicts: [verdict] }))
  const [older, newer, ancient] = [outlet(), outlet(), outlet()]
  hub.join(alice, older.outlet, null)
  hub.join({ ...alice, generation: 2 }, newer.outlet, null)
  hub.join({ ...alice, generation: 0 }, ancient.outlet, null)
  await until(() => newer.types().length > 0)
  t.strictSame([older.ends, ancient.ends], [[], [{ kind: 'replaced' }]], 'in the grace the one before is good, and none before that')
  t.strictSame(ancient.events, [], 'and it is told nothing')
  t.equal(await hub.isAlive({ ...alice, generation: 0 }), false)
  verdict = { ...verdict, nowMs: verdict.graceEndMs }
  await until(() => older.ends.length > 0)
  t.strictSame([older.ends, newer.ends], [[{ kind: 'replaced' }], []])
  t.equal(seen.buried.length, 0)
  hub.close()
})

t.test('a record that is damaged ends nothing, and keeps no other from being told', async t => {
  let verdicts: Watched['verdicts'] = [null, { reason: 'ended_by_user' }]
  const { hub } = opened(() => watched({ verdicts }))
  const [one, two] = [outlet(), outlet()]
  hub.join(alice, one.outlet, null)
  hub.join(second, two.outlet, null)
  await until(() => two.ends.length > 0)
  t.strictSame([one.events, one.ends], [[], []])
  verdicts = [null]
  await t.rejects(hub.read(alice, null), { code: 'store_unavailable' })
  await t.rejects(hub.isAlive(alice), { code: 'store_unavailable' })
  verdicts = [alive]
  await until(() => one.types().length > 0)
  t.strictSame(one.types(), ['ready'], 'looked at again')
  hub.close()
})

t.test('no call is about many users or many sessions', async t => {
  const { hub, seen } = opened(({ sessionIds }) => watched({ verdicts: sessionIds.map(() => alive) }))
  const join = (userId: number, session: number) => hub.join({ userId: String(userId), id: `e1080000-0000-4000-8000-0000000${userId}00${String(session).padStart(2, '0')}`, generation: 1 }, outlet().outlet, null)
  for (let userId = 100; userId < 140; userId++) join(userId, 1)
  await until(() => seen.watches.length === 40)
  t.strictSame(seen.calls, [16, 16, 8])
  for (let userId = 100; userId < 103; userId++) for (let session = 2; session <= 20; session++) join(userId, session)
  seen.calls.length = 0
  hub.doubtAll()
  await until(() => seen.watches.length === 80)
  t.strictSame(seen.calls, [1, 1, 13, 16, 9], 'twenty sessions each of three users')
  hub.close()
})
