import { setTimeout as sleep } from 'node:timers/promises'
import type { NewSession, SessionStore } from '../../../src/sessions/store.ts'
import { tagOf } from '../../../src/sessions/credential.ts'
import { newSession } from '../fixture.ts'
import type { Behaviours } from './make-store.ts'

const value = { values: new Map([['a', '1']]), ifVersion: null }

async function opened (store: SessionStore, userId: string, count: number): Promise<NewSession[]> {
  const sessions = Array.from({ length: count }, () => newSession(userId))
  await inFlights(sessions, session => store.create(session))
  return sessions
}

async function living (store: SessionStore, sessions: NewSession[], isStrict = false): Promise<number> {
  const answers = await inFlights(sessions, async session => store.validate(session.credential, isStrict))
  return answers.filter(answer => answer !== null).length
}

/** Fifty at a time: a busy machine would keep the last of a thousand waiting for longer than a command may take. */
async function inFlights<Answer> (sessions: NewSession[], ask: (session: NewSession) => Promise<Answer>): Promise<Answer[]> {
  const answers: Answer[] = []
  for (let start = 0; start < sessions.length; start += 50) answers.push(...await Promise.all(sessions.slice(start, start + 50).map(ask)))
  return answers
}

/** A user id whose keys are in the same slot as those of `userId`. */
function neighbourOf (userId: string): string {
  for (let id = 1; ; id++) if (String(id) !== userId && tagOf(String(id)) === tagOf(userId)) return String(id)
}

export const ending: Behaviours = async (t, makeStore) => {
  await t.test('end ends that session once, with its data, and no other', async t => {
    const { store } = await makeStore(t)
    const [one = newSession(), two = newSession()] = await opened(store, '7', 2)
    const { id } = one.credential
    await store.writeData(id, value)
    t.equal(await store.end('7', id), true)
    t.equal(await store.end('7', id), false)
    t.equal(await store.validate(one.credential), null)
    t.equal(await store.readData(id, null), null)
    t.equal(await store.writeData(id, value), null)
    t.equal(await living(store, [two]), 1)
    t.equal((await store.list('7', { limit: 10, after: null })).count, 1)
  })

  await t.test('nobody ends another user’s session, not even from the same slot', async t => {
    const { store } = await makeStore(t)
    const neighbour = neighbourOf('7')
    const sessions = await opened(store, '7', 2)
    const others = await opened(store, neighbour, 2)
    t.equal(await store.end(neighbour, sessions[0]?.credential.id ?? ''), false)
    t.equal(await store.endAll(neighbour, null), 2)
    t.equal(await living(store, sessions), 2)
    t.equal(await living(store, others), 0)
    t.equal((await store.list('7', { limit: 10, after: null })).count, 2)
  })

  await t.test('the end of everybody ends all sessions of all users, and none that comes after it', async t => {
    const { store } = await makeStore(t)
    const before = [...await opened(store, '7', 3), ...await opened(store, '8', 2)]
    t.equal(await living(store, before), 5)
    await store.endEverybody()
    t.equal(await living(store, before), 0)
    t.equal((await store.list('7', { limit: 10, after: null })).count, 0)
    const after = await opened(store, '7', 1)
    t.equal(await living(store, after), 1)
  })

  await t.test('end-all ends and deletes all of a user’s sessions, however many, and says how many', async t => {
    const { store } = await makeStore(t)
    const sessions = await opened(store, '7', 1050)
    t.equal((await store.list('7', { limit: 1, after: null })).count, 1050)
    t.equal(await store.endAll('7', null), 1050)
    t.equal(await living(store, sessions), 0)
    t.equal(await store.endAll('7', null), 0)
    t.equal(await store.countLive(), 0)
  })

  await t.test('end-all keeps the session it is asked to keep, among many, and a later one without exception ends it', async t => {
    const { store } = await makeStore(t)
    const sessions = await opened(store, '7', 250)
    const kept = sessions.slice(100, 101)
    t.equal(await store.endAll('7', kept[0]?.credential.id ?? null), 249)
    t.equal(await living(store, sessions), 1)
    t.equal(await living(store, kept), 1)
    t.equal((await store.list('7', { limit: 10, after: null })).sessions[0]?.id, kept[0]?.credential.id)
    t.match(await store.writeData(kept[0]?.credential.id ?? '', value), { outcome: 'written' })
    t.equal(await store.endAll('7', kept[0]?.credential.id ?? null), 0)
    t.equal(await living(store, kept), 1, 'kept twice')
    t.equal(await store.endAll('7', null), 1)
    t.equal(await living(store, kept), 0)
  })

  await t.test('a session that is dead already is not brought back by keeping it', async t => {
    const { store } = await makeStore(t)
    const [one = newSession(), two = newSession()] = await opened(store, '7', 2)
    await store.end('7', one.credential.id)
    t.equal(await store.endAll('7', one.credential.id), 1)
    t.equal(await living(store, [one, two]), 0)
  })

  await t.test('what is opened after an end-all lives and what was opened before it is dead, within one millisecond too', async t => {
    const { store } = await makeStore(t)
    // Redis has both scripts from here on: a call whose script it asks for first comes later than those after it.
    await Promise.all([store.create(newSession('7')), store.endAll('7', null)])
    await store.endAll('7', null)
    for (let round = 0; round < 100; round++) {
      const [before, between, after] = [newSession('7'), newSession('7'), newSession('7')]
      // Sent at once, in this order, on one connection: most rounds fall within one millisecond.
      const [, first, , second] = await Promise.all([store.create(before), store.endAll('7', null), store.create(between), store.endAll('7', null), store.create(after)])
      const alive = await living(store, [after])
      if (alive !== 1 || await living(store, [before, between]) !== 0) t.fail(`round ${round}: ${alive} alive, ${first} and ${second} ended`)
      await store.end('7', after.credential.id)
    }
    t.equal((await store.list('7', { limit: 10, after: null })).count, 0)
  })

  await t.test('who opens a session is told how long ago all sessions of that user were ended', async t => {
    const { store } = await makeStore(t)
    t.equal((await store.create(newSession('7'))).sinceEndAllMs, null)
    const began = Date.now()
    await store.endAll('7', null)
    await sleep(30)
    const { sinceEndAllMs } = await store.create(newSession('7'))
    t.ok(sinceEndAllMs !== null && sinceEndAllMs >= 25 && sinceEndAllMs <= Date.now() - began + 1, `${sinceEndAllMs} ms`)
    t.equal((await store.create(newSession(neighbourOf('7')))).sinceEndAllMs, null, 'others are not meant')
  })

  await t.test('what one instance ended is dead on every other: for whoever asks strictly at once, for the rest within a second', async t => {
    const { store, another } = await makeStore(t)
    const other = await another()
    const sessions = await opened(store, '7', 3)
    t.equal(await living(other, sessions), 3)
    await store.end('7', sessions[0]?.credential.id ?? '')
    const endedAt = performance.now()
    t.equal(await living(other, sessions, true), 2)
    while (await living(other, sessions) > 2) await sleep(1)
    await other.endAll('7', null)
    t.equal(await living(store, sessions, true), 0)
    while (await living(store, sessions) > 0) await sleep(1)
    t.ok(performance.now() - endedAt < 1500)
  })
}
