import { setTimeout as sleep } from 'node:timers/promises'
import { newSession } from '../fixture.ts'
import type { Behaviours } from './make-store.ts'

// Deadlines are by the store's own clock, so these tests really wait.
export const deadlines: Behaviours = async (t, makeStore) => {
  await t.test('a session that is not used ends after its idle time', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    const session = newSession('7', { idleMs: 60 })
    const { id } = session.credential
    await store.create(session)
    await store.writeData(id, { values: new Map([['a', '1']]), ifVersion: null })
    t.ok(await store.describe(id), 'looking at it is no use of it')
    await sleep(70)
    t.equal(await store.validate(session.credential), null)
    t.equal(await store.describe(id), null)
    t.equal(await store.readData(id, null), null)
    t.equal(await store.writeData(id, { values: new Map([['a', '2']]), ifVersion: null }), null)
    t.equal(await store.end('7', id), false)
    t.equal((await store.list('7', { limit: 10, after: null })).count, 0)
  })

  await t.test('each use starts the idle time anew', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    const session = newSession('7', { idleMs: 150 })
    await store.create(session)
    await store.writeData(session.credential.id, { values: new Map([['a', '1']]), ifVersion: null })
    for (let i = 0; i < 6; i++) {
      await sleep(50)
      const used = await store.validate(session.credential)
      t.ok(used !== null && Date.now() - used.times.lastAccessedAtMs < 40, 'alive, used now')
    }
    t.strictSame((await store.readData(session.credential.id, 'a'))?.values, new Map([['a', '1']]), 'its data lives as long')
  })

  await t.test('no use moves the absolute deadline', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    const session = newSession('7', { idleMs: 1000, absoluteMs: 150 })
    const { absoluteDeadlineMs } = await store.create(session)
    let lastAlive = 0
    for (let asked = Date.now(); asked < absoluteDeadlineMs + 30; asked = Date.now()) {
      const used = await store.validate(session.credential)
      if (used !== null) lastAlive = asked
      t.equal(used?.times.absoluteDeadlineMs ?? absoluteDeadlineMs, absoluteDeadlineMs)
      await sleep(5)
    }
    t.ok(lastAlive > absoluteDeadlineMs - 60 && lastAlive < absoluteDeadlineMs, `alive until ${absoluteDeadlineMs - lastAlive} ms before`)
    t.equal(await store.validate(session.credential), null)
  })

  await t.test('a use is recorded at most once a touch interval, and idle expiry is never early for it', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 120 })
    const session = newSession('7', { idleMs: 100 })
    const { createdAtMs } = await store.create(session)
    const recorded = new Set<number>()
    let lastUsed = 0
    while (Date.now() < createdAtMs + 290) {
      recorded.add((await store.validate(session.credential))?.times.lastAccessedAtMs ?? NaN)
      lastUsed = Date.now()
      await sleep(5)
    }
    const moments = [...recorded]
    t.ok(moments.length >= 2 && moments.length <= 3, `${moments.length} records in 290 ms`)
    t.ok(moments.every((moment, i) => i === 0 || moment - Number(moments[i - 1]) >= 120))
    await sleep(Math.max(0, lastUsed + 85 - Date.now()))
    t.ok(await store.describe(session.credential.id), 'not used for nearly the idle time')
    await sleep(150)
    t.equal(await store.describe(session.credential.id), null, 'and over one interval later at the latest')
  })
}
