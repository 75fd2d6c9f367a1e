import t from 'tap'
import { createAmongAll } from '../../src/sessions/among-all.ts'
import type { SessionDescription } from '../../src/sessions/session.ts'
import type { SessionStore } from '../../src/sessions/store.ts'
import { cursorsOf } from '../store/fixture.ts'

const times = { createdAtMs: 1000, lastAccessedAtMs: 1000, idleMs: 60_000, absoluteDeadlineMs: 601_000, extendedUntilMs: 0, authenticatedAtMs: 1000 }
const blank = { ipAddress: '', userAgent: '', deviceType: 'tv' as const, lastIpAddress: '', lastUserAgent: '', isFlagged: false, lifetime: 'default' }

/** The nth session of a user, the newest first. */
const session = (userId: string, number: number): SessionDescription =>
  ({ id: `0000000${userId.length}-0000-4000-8000-${String(number).padStart(12, '0')}`, userId, times: { ...times, createdAtMs: 10_000 - number }, ...blank })

/** A store in which the users of each step have so many sessions; a step may be another one when it is looked at again. */
function storeOf (sessionsOf: Record<string, number>, ...steps: string[][]) {
  const place = (step: number) => `abcdefghijklmnop.0.${step}`
  const ended = new Set<string>()
  const seen = { steps: 0, lists: 0 }
  const store: Pick<SessionStore, 'list' | 'end' | 'someUsers'> = {
    async someUsers (at) {
      seen.steps++
      const step = at === null ? 0 : Number(at.split('.')[2])
      return { at: place(step), userIds: steps[step] ?? [], next: step + 1 < steps.length ? place(step + 1) : null }
    },
    async list (userId, { limit, after }) {
      seen.lists++
      const all = Array.from({ length: sessionsOf[userId] ?? 0 }, (_, i) => session(userId, i)).filter(({ id }) => !ended.has(id))
      const rest = all.filter(({ times }) => after === null || times.createdAtMs < after.createdAtMs)
      return { count: all.length, sessions: rest.slice(0, limit) }
    },
    async end (_userId, id) {
      const wasThere = !ended.has(id)
      ended.add(id)
      return wasThere
    }
  }
  return { ...createAmongAll(store, cursorsOf), store, steps, seen, ended }
}

const named = (sessions: SessionDescription[]) => sessions.map(({ userId, id }) => `${userId} ${Number(id.slice(-12))}`)

t.test('a step that is looked at again may have become shorter, and who is in the next one then is not shown again', async t => {
  const { findAmongAll, steps } = storeOf({ a: 1, bb: 2, ccc: 1 }, ['a', 'bb'], ['ccc'])
  const first = await findAmongAll(2, undefined, {})
  t.strictSame(named(first.sessions), ['a 0', 'bb 0'])
  steps.splice(0, 2, ['new'], ['a', 'bb', 'ccc'])
  const second = await findAmongAll(2, first.nextCursor, {})
  t.strictSame(named(second.sessions), ['bb 1', 'ccc 0'])
  t.equal(second.nextCursor, undefined)
})

t.test('who is shown in part goes on before whoever came meanwhile', async t => {
  const { findAmongAll, steps } = storeOf({ a: 3, new: 3 }, ['a'], [])
  const first = await findAmongAll(1, undefined, {})
  steps[0] = ['new', 'a']
  const second = await findAmongAll(3, first.nextCursor, {})
  t.strictSame(named(second.sessions), ['a 1', 'a 2', 'new 0'])
  t.strictSame(named((await findAmongAll(3, second.nextCursor, {})).sessions), ['new 1', 'new 2'])
})

t.test('a page that ends with a user goes on with the next one', async t => {
  const { findAmongAll } = storeOf({ a: 2, bb: 1 }, ['a', 'bb'], ['ccc'])
  const first = await findAmongAll(2, undefined, {})
  t.strictSame(named(first.sessions), ['a 0', 'a 1'])
  const second = await findAmongAll(1, first.nextCursor, {})
  t.strictSame(named(second.sessions), ['bb 0'])
  t.strictSame(await findAmongAll(1, second.nextCursor, {}), { sessions: [], nextCursor: undefined })
})

t.test('a call reads about as much as its page needs, and no more than some hundreds of users', async t => {
  const users = Array.from({ length: 64 }, (_, i) => `u${i}`)
  const busy = storeOf(Object.fromEntries(users.map(user => [user, 1])), users)
  await busy.findAmongAll(1, undefined, {})
  t.equal(busy.seen.lists, 16)

  const many = storeOf({}, ...Array.from({ length: 10 }, () => users))
  const page = await many.findAmongAll(10, undefined, {})
  t.strictSame([page.sessions, many.seen.steps], [[], 4])
  t.type(page.nextCursor, 'string')
  const empty = storeOf({}, ...Array.from({ length: 300 }, () => []))
  for (const [verb, steps] of [['find', 100], ['end', 200]] as const) {
    if (verb === 'find') await empty.findAmongAll(10, undefined, {})
    else t.match(await empty.endAmongAll({ filter: {}, cause: { reason: 'ended_by_service' }, isDryRun: false, cursor: undefined, onEnded () {} }), { processed: 0, more: true })
    t.equal(empty.seen.steps, steps)
  }
})

t.test('five hundred end at a time, wherever in a step that is; a dry run ends none', async t => {
  const { endAmongAll, ended } = storeOf({ a: 300, bb: 300, ccc: 5 }, ['a', 'bb'], ['ccc'])
  let told = 0
  const end = (cursor?: string, isDryRun = false) => endAmongAll({ filter: { deviceType: 'tv' }, cause: { reason: 'ended_by_service' }, isDryRun, cursor, onEnded: () => { told++ } })
  t.match(await end(undefined, true), { processed: 605, ended: 0, more: false, nextCursor: undefined })
  const first = await end()
  t.match(first, { processed: 500, ended: 500, more: true })
  t.match(await end(first.nextCursor), { processed: 105, ended: 105, more: false, nextCursor: undefined })
  t.strictSame([ended.size, told], [605, 605])
  await t.rejects(end(first.nextCursor, true), { code: 'malformed_cursor' }, 'a dry run is another call')
})

t.test('who is shown in part waits for the step in which it is, whoever else is shown in part meanwhile', async t => {
  const { findAmongAll, steps } = storeOf({ a: 3, n1: 1, n2: 2 }, ['a'], [])
  const first = await findAmongAll(1, undefined, {})
  t.strictSame(named(first.sessions), ['a 0'])
  steps.splice(0, 2, ['n1', 'n2'], ['a'])
  const second = await findAmongAll(2, first.nextCursor, {})
  t.strictSame(named(second.sessions), ['n1 0', 'n2 0'])
  const third = await findAmongAll(9, second.nextCursor, {})
  t.strictSame(named(third.sessions), ['n2 1', 'a 1', 'a 2'])
  t.equal(third.nextCursor, undefined)
})

t.test('a call does not begin another step when it has taken long', async t => {
  let now = 0
  const { store, seen } = storeOf({}, ...Array.from({ length: 9 }, () => ['a']))
  const { findAmongAll, endAmongAll } = createAmongAll(store, cursorsOf, () => {
    now += 100
    return now
  })
  const page = await findAmongAll(10, undefined, {})
  t.strictSame([page.sessions, seen.steps], [[], 3])
  t.match(await endAmongAll({ filter: {}, cause: { reason: 'ended_by_service' }, isDryRun: true, cursor: undefined, onEnded () {} }), { processed: 0, more: true })
  t.equal(seen.steps, 6)
})

t.test('of a call that fails half-way it is told what has ended', async t => {
  const { store, ended } = storeOf({ a: 120 }, ['a'])
  let [asked, told] = [0, 0]
  const failing = { ...store, async end (userId: string, id: string) { if (++asked === 60) throw new Error('away'); return store.end(userId, id) } }
  await t.rejects(createAmongAll(failing, cursorsOf).endAmongAll({ filter: {}, cause: { reason: 'ended_by_service' }, isDryRun: false, cursor: undefined, onEnded: () => { told++ } }), { message: 'away' })
  t.strictSame([ended.size, told], [99, 99])
})

t.test('more than eight wait in part only if Redis changes all the time; the oldest are shown anew then', async t => {
  const users = Array.from({ length: 12 }, (_, i) => `u${i}`)
  const { findAmongAll, steps } = storeOf(Object.fromEntries(users.map(user => [user, 2])), [], [])
  let cursor: string | undefined
  for (const user of users) {
    steps[0] = [user]
    const { sessions, nextCursor } = await findAmongAll(1, cursor, {})
    t.strictSame(named(sessions), [`${user} 0`])
    cursor = nextCursor
  }
  steps[0] = users
  const { sessions } = await findAmongAll(100, cursor, {})
  t.strictSame([sessions.length, named(sessions).filter(name => name.endsWith('0')).length], [16, 4])
})
