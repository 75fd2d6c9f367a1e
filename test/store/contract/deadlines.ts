import { newSession } from '../fixture.ts'
import type { Behaviours } from './make-store.ts'
import { quietly } from './quietly.ts'

const value = { values: new Map([['a', '1']]), ifVersion: null }

export const deadlines: Behaviours = async (t, makeStore) => {
  await t.test('a session that is not used ends after its idle time', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    await quietly(t, async ({ call, pause, check }) => {
      const session = newSession('7', { idleMs: 200 })
      const { id } = session.credential
      await call(() => store.create(session))
      await call(() => store.writeData(id, value))
      await pause(100)
      check(await call(() => store.describe(id)) !== null, 'alive; looking at it is no use of it')
      await pause(110)
      check(await store.validate(session.credential) === null, 'no credential opens it')
      check(await store.describe(id) === null, 'nothing describes it')
      check(await store.readData(id, null) === null, 'its data is not read')
      check(await store.writeData(id, value) === null, 'nor written')
      check(!await store.end('7', id), 'there is nothing to end')
      check((await store.list('7', { limit: 10, after: null })).count === 0, 'no list has it')
    })
  })

  await t.test('each use starts the idle time anew', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    await quietly(t, async ({ call, pause, check }) => {
      const session = newSession('7', { idleMs: 200 })
      await call(() => store.create(session))
      await call(() => store.writeData(session.credential.id, value))
      for (let i = 0; i < 4; i++) {
        await pause(80)
        const used = await call(async () => store.validate(session.credential))
        check(used !== null && Date.now() - used.times.lastAccessedAtMs <= 40, `alive, used now, ${i}`)
      }
      check((await call(() => store.readData(session.credential.id, 'a')))?.values.get('a') === '1', 'its data lives as long')
    })
  })

  await t.test('a look that is no use records nothing, also beside one that is', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    await quietly(t, async ({ call, pause, check }) => {
      const session = newSession('7', { idleMs: 200 })
      const look = () => call(async () => store.validate(session.credential, true, false))
      const { createdAtMs } = await call(() => store.create(session))
      for (let i = 0; i < 3; i++) {
        await pause(30)
        const seen = await look()
        check(seen !== null && seen.times.lastAccessedAtMs === createdAtMs && seen.lastOrigin === null, `alive, not used, ${i}`)
      }
      const [seen, used] = await call(() => Promise.all([store.validate(session.credential, false, false), store.validate(session.credential), store.validate(session.credential, true, false)]))
      check(seen !== null && used !== null && used.times.lastAccessedAtMs >= createdAtMs + 89, 'who uses it is not taken for one of them')
      await pause(150)
      check(await look() !== null, 'alive, by that use')
      await pause(60)
      check(await look() === null, 'and no longer')
    })
  })

  await t.test('no use moves the absolute deadline', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    await quietly(t, async ({ call, pause, check }) => {
      const session = newSession('7', { idleMs: 5000, absoluteMs: 250 })
      const { absoluteDeadlineMs } = await call(() => store.create(session))
      let lastAlive = 0
      for (let asked = Date.now(); asked < absoluteDeadlineMs + 20; asked = Date.now()) {
        const used = await call(async () => store.validate(session.credential))
        if (used !== null) lastAlive = asked
        check(used === null || used.times.absoluteDeadlineMs === absoluteDeadlineMs, 'the deadline that it was opened with')
        await pause(5)
      }
      check(lastAlive > absoluteDeadlineMs - 100 && lastAlive <= absoluteDeadlineMs, `alive until ${absoluteDeadlineMs - lastAlive} ms before`)
      check(await store.validate(session.credential) === null, 'dead after it')
    })
  })

  await t.test('a use is recorded at most once a touch interval, and idle expiry is never early for it', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 150 })
    await quietly(t, async ({ call, pause, check }) => {
      const session = newSession('7', { idleMs: 200 })
      const { createdAtMs } = await call(() => store.create(session))
      const recorded = new Set<number>()
      let lastUsed = 0
      while (Date.now() < createdAtMs + 440) {
        lastUsed = Date.now()
        recorded.add((await call(async () => store.validate(session.credential)))?.times.lastAccessedAtMs ?? NaN)
        await pause(5)
      }
      const moments = [...recorded]
      check(moments.length >= 2 && moments.length <= 3, `${moments.length} records in 440 ms`)
      check(moments.every((moment, i) => i === 0 || moment - Number(moments[i - 1]) >= 150), 'one interval apart')
      await pause(Math.max(0, lastUsed + 145 - Date.now()))
      check(await call(() => store.describe(session.credential.id)) !== null, 'alive, not used for less than the idle time')
      await pause(210)
      check(await store.describe(session.credential.id) === null, 'dead, one interval after the idle time at the latest')
    })
  })
}
