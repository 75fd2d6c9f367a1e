import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { Validated } from '../../src/sessions/session.ts'
import type { SessionStore } from '../../src/sessions/store.ts'
import { createCall } from '../../src/store/call.ts'
import { createKeys } from '../../src/store/keys.ts'
import type { RedisClient } from '../../src/store/scripts.ts'
import { collectUses, type UsesOptions } from '../../src/store/uses.ts'
import { credentialOf, sessionOf } from '../near-cache/fakes.ts'
import { newSession, openStore, type StoreOptions } from './fixture.ts'

const touchIntervalMs = 1000
const keys = createKeys('')

/** A collector whose clock, store and Redis the test holds in its hands. */
function faked (t: Test, options: Partial<UsesOptions> = {}) {
  const state = { nowMs: 5000, isUp: true, reply: async (): Promise<string[] | null> => ['1', '2'] }
  const written: Array<[key: string, ageMs: number]> = []
  const moves: unknown[][] = []
  const client = {
    async sessionTouch (key: string, _touch: number, ageMs: number) {
      written.push([key, ageMs])
      return state.reply()
    }
  } as unknown as RedisClient
  const { call } = createCall({ isAvailable: () => state.isUp, timeoutMs: 50 })
  const uses = collectUses({ client, keys, liveCount: { move: (...buckets) => { moves.push(buckets) } }, touchIntervalMs, closeMs: 10_000, clock: () => state.nowMs, ...options }, call)
  t.teardown(() => uses.close())
  let verdict: Validated | null | Promise<Validated | null> = null
  const store = uses.around({ validate: () => verdict } as unknown as SessionStore)
  const credential = credentialOf('7')
  return {
    ...uses,
    state,
    written,
    moves,
    /** Validates what the store answers with that. */
    async validate (answer: typeof verdict, isUse = true) {
      verdict = answer
      return store.validate(credential, false, isUse)
    }
  }
}

const remembered = (id: string): Validated => ({ ...sessionOf(id), lastOrigin: null })
const ids = Array.from({ length: 20 }, (_, i) => `0000${i}`.padEnd(36, '-'))
const [id = '', other = ''] = ids

t.test('what says that it is no use is none', async t => {
  const { validate, size } = faked(t)
  await validate(remembered(id), false)
  await validate(Promise.resolve(remembered(other)), false)
  t.equal(size(), 0)
})

t.test('uses that no validation wrote down are written once the session was not used for an interval, with the age of the last one', async t => {
  const { validate, state, written, moves, writeDue, size } = faked(t)
  const began = state.nowMs
  for (const ms of [0, 300, 900]) {
    state.nowMs = began + ms
    await validate(remembered(id))
  }
  await validate(Promise.resolve(remembered(other)))
  for (const ms of [999, 1000, 1899]) {
    state.nowMs = began + ms
    await writeDue()
    t.strictSame(written, [], `${ms} ms`)
  }
  state.nowMs = began + 1901.5
  await writeDue()
  t.strictSame(written, [[keys.session(other), 1001], [keys.session(id), 1001]], 'the second one was still in use when it was looked at')
  t.strictSame(moves, [['1', '2'], ['1', '2']], 'the live count learns of it')
  t.equal(size(), 0)
})

t.test('a validation that wrote its use has written all before it; what is not accepted is none', async t => {
  const { validate, state, written, writeDue, size } = faked(t)
  await validate(remembered(id))
  await validate(Promise.resolve(sessionOf(id)))
  t.equal(size(), 0)
  await validate(null)
  await validate(Promise.resolve(null))
  await t.rejects(validate(Promise.reject(new Error('away'))), { message: 'away' })
  state.nowMs += 5000
  await writeDue()
  t.strictSame(written, [])
})

t.test('as long as a session is used more than once an interval, its validations write everything', async t => {
  const { validate, state, written, writeDue } = faked(t)
  const seed = Date.now() % 1000
  t.comment(`seed ${seed}`)
  let [touchedAtMs, touches, random] = [-Infinity, 0, seed]
  for (const began = state.nowMs; state.nowMs < began + 200_000;) {
    random = (random * 16_807 + 11) % 2_147_483_647
    state.nowMs += 1 + random % (touchIntervalMs - 1)
    await writeDue()
    const isTouched = state.nowMs >= touchedAtMs + touchIntervalMs
    if (isTouched) [touchedAtMs, touches] = [state.nowMs, touches + 1]
    await validate(isTouched ? sessionOf(id) : remembered(id))
  }
  t.ok(touches > 100)
  t.strictSame(written, [])
})

t.test('as many are written at once as a validation may be about, the next ones after their answers', async t => {
  const { validate, state, written, writeDue } = faked(t)
  for (const id of ids) await validate(remembered(id))
  const replies: Array<() => void> = []
  state.reply = () => new Promise(resolve => replies.push(() => resolve([])))
  state.nowMs += 1000
  const done = writeDue()
  for (const count of [8, 16, 20]) {
    await sleep(1)
    t.equal(written.length, count)
    for (const answer of replies.splice(0)) answer()
  }
  await Promise.all([done, writeDue()])
  t.strictSame(written.map(([key]) => key), ids.map(keys.session), 'each once, whoever waited first')
})

t.test('of more sessions than are kept the further ones are not', async t => {
  const { validate, size } = faked(t, { entries: 3 })
  for (const id of [...ids.slice(0, 5), ...ids.slice(0, 3)]) t.equal((await validate(remembered(id)))?.id, id, 'no request fails for it')
  t.equal(size(), 3)
})

t.test('while Redis is away they are kept and tried again, once in a while; a later use counts instead', async t => {
  const { validate, state, written, writeDue, size } = faked(t)
  for (const id of ids) await validate(remembered(id))
  state.isUp = false
  state.nowMs += 1000
  await writeDue()
  t.equal(size(), 20)
  t.strictSame(written, [], 'nothing is sent')

  t.comment('it is deaf: what was sent gets no answer')
  state.isUp = true
  state.reply = () => new Promise(() => {})
  const tried = writeDue()
  const later = ids[9] ?? ''
  await validate(remembered(later))
  await tried
  t.strictSame(written.length, 8, 'after those it is left alone')
  t.equal(size(), 20)

  state.reply = async () => []
  written.length = 0
  state.nowMs += 1000
  while (size() > 0) await writeDue()
  t.equal(written.length, 20)
  t.equal(written.find(([key]) => key === keys.session(later))?.[1], 1000)
  t.equal(written.find(([key]) => key === keys.session(id))?.[1], 2000)
})

t.test('what was on its way without an answer does not replace a use that came meanwhile', async t => {
  const { validate, state, written, writeDue, size } = faked(t)
  await validate(remembered(id))
  state.reply = () => new Promise(() => {})
  state.nowMs += 1000
  const tried = writeDue()
  await validate(remembered(id))
  await tried
  t.equal(size(), 1)
  state.reply = async () => null
  state.nowMs += 1000
  await writeDue()
  t.strictSame(written.map(([, ageMs]) => ageMs), [1000, 1000])
  t.equal(size(), 0, 'and of a session that has ended nothing is kept')
})

t.test('a record of which Redis can make nothing is not tried again, and holds up no other', async t => {
  const { validate, state, written, writeDue, size } = faked(t)
  for (const id of ids) await validate(remembered(id))
  state.reply = () => Promise.reject(Object.assign(new Error('WRONGTYPE'), { name: 'ReplyError' }))
  state.nowMs += 1000
  await writeDue()
  t.equal(written.length, 20)
  t.equal(size(), 0)
})

t.test('a stop writes everything that is left, after what is on its way', async t => {
  const { validate, state, written, writeDue, close, size } = faked(t)
  await validate(remembered(id))
  state.nowMs += 1000
  for (const id of ids.slice(1)) await validate(remembered(id))
  const due = writeDue()
  t.equal(size(), 19)
  state.nowMs += 10
  await close()
  await due
  t.strictSame(written, [[keys.session(id), 1000], ...ids.slice(1).map(id => [keys.session(id), 10])])
  t.equal(size(), 0)
})

t.test('a stop ends in its time, and at once when Redis does not answer', async t => {
  const slow = faked(t, { closeMs: 100 })
  for (const id of ids) await slow.validate(remembered(id))
  slow.state.reply = async () => { slow.state.nowMs += 10; return [] }
  await slow.close()
  t.equal(slow.written.length, 10)

  const deaf = faked(t)
  for (const id of ids) await deaf.validate(remembered(id))
  deaf.state.reply = () => new Promise(() => {})
  await deaf.close()
  t.equal(deaf.written.length, 8)
})

/** A collector around a store on real Redis. */
async function opened (t: Test, options: StoreOptions = {}) {
  const all = { touchIntervalMs: 60_000, ...options }
  const opened = await openStore(t, all)
  const state = { isUp: true }
  const uses = collectUses({ ...opened, ...all, closeMs: 10_000 }, createCall({ isAvailable: () => state.isUp, timeoutMs: 5000 }).call)
  t.teardown(() => uses.close())
  const touchedAtMs = async (id: string) => {
    const [c, a] = await opened.client.hmget(opened.keys.session(id), 'c', 'a')
    return Number(c) + Number(a)
  }
  return { ...opened, ...uses, store: uses.around(opened.store), inner: opened.store, state, touchedAtMs }
}

/** Some time in which a use and its writing are told apart. */
const APART_MS = 300

t.test('two uses within an interval, then a stop: the record has the last one, and its deadlines count from that', async t => {
  const { store, client, keys, close, touchedAtMs } = await opened(t)
  const session = newSession('7')
  const { id } = session.credential
  const { createdAtMs } = await store.create(session)
  await store.writeData(id, { values: new Map([['a', '1']]), ifVersion: null })
  for (let i = 0; i < 2; i++) {
    await sleep(20)
    await store.validate(session.credential)
  }
  const usedAtMs = Date.now()
  t.equal(await touchedAtMs(id), createdAtMs, 'neither was written')
  await sleep(APART_MS)
  await close()
  const touched = await touchedAtMs(id)
  t.ok(touched >= createdAtMs + 30 && Math.abs(touched - usedAtMs) < APART_MS, `${touched - usedAtMs} ms from the use`)
  const deadlineMs = touched + session.idleMs + 60_000
  for (const key of [keys.session(id), keys.session(id).replace('session:', 'session-data:')]) t.equal(await client.pexpiretime(key), deadlineMs)
})

t.test('without a stop the record is never an interval older than the last use', async t => {
  const { store, touchedAtMs } = await opened(t, { touchIntervalMs: 100 })
  const session = newSession('7')
  const { createdAtMs } = await store.create(session)
  let usedAtMs = createdAtMs
  while (usedAtMs < createdAtMs + 500) {
    usedAtMs = Date.now()
    await store.validate(session.credential)
    const touched = await touchedAtMs(session.credential.id)
    if (touched <= usedAtMs - 101) t.fail(`${usedAtMs - touched} ms`)
    await sleep(5)
  }
  while (await touchedAtMs(session.credential.id) < usedAtMs - 1) await sleep(5)
  t.pass('and after a while of silence it is right')
})

t.test('no moment goes back: another instance has recorded a later use', async t => {
  const { store, inner, client, keys, liveCount, close, touchedAtMs } = await opened(t)
  const session = newSession('7')
  const { id } = session.credential
  await store.create(session)
  await sleep(10)
  await store.validate(session.credential)
  await sleep(50)
  const moved = await client.sessionTouch(keys.session(id), 60_000, 0)
  // As that instance would: the deadline may be in the next bucket.
  liveCount.move(moved?.[0], moved?.[1])
  const touched = await touchedAtMs(id)
  await close()
  t.equal(await touchedAtMs(id), touched)
  t.equal((await inner.describe(id))?.times.lastAccessedAtMs, touched)
})

t.test('a session that has ended meanwhile stays ended, one that is over stays over, and none lives beyond its absolute deadline', async t => {
  const { store, close, state, client, keys, liveCount, touchedAtMs } = await opened(t, { touchIntervalMs: 100 })
  const [ended, over, last] = [newSession('7'), newSession('7', { idleMs: 80 }), newSession('7', { absoluteMs: 60_000 })]
  const [endedKey, overKey, lastKey] = [ended, over, last].map(session => keys.session(session.credential.id)) as [string, string, string]
  state.isUp = false
  let lastUsedAtMs = 0
  for (const session of [ended, over, last]) {
    await store.create(session)
    await sleep(10)
    lastUsedAtMs = Date.now()
    await store.validate(session.credential)
  }
  await client.persist(overKey)
  t.equal(await store.end('7', ended.credential.id), true)
  await sleep(220) // Redis owns this clock
  const before = await client.hgetall(overKey)
  state.isUp = true
  await close()
  t.equal(await client.exists(endedKey), 0)
  t.strictSame(await client.hgetall(overKey), before, 'nothing is written to what is dead')
  t.ok(await touchedAtMs(last.credential.id) >= lastUsedAtMs - 1)
  const { c = '' } = await client.hgetall(lastKey)
  t.equal(await client.pexpiretime(lastKey), Number(c) + 60_000)
  await store.validate(over.credential)
  await liveCount.flush()
})

t.test('what cannot be written while Redis is away is written when it is back, for the time of the use', async t => {
  const { store, state, writeDue, touchedAtMs } = await opened(t, { touchIntervalMs: 200 })
  const session = newSession('7')
  const { createdAtMs } = await store.create(session)
  await sleep(10)
  await store.validate(session.credential)
  const usedAtMs = Date.now()
  state.isUp = false
  await sleep(250)
  await writeDue()
  t.ok(await touchedAtMs(session.credential.id) <= usedAtMs)
  state.isUp = true
  while (await touchedAtMs(session.credential.id) === createdAtMs) await sleep(10)
  t.ok(await touchedAtMs(session.credential.id) <= usedAtMs + 100)
})
