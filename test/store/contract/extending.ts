import { newSession } from '../fixture.ts'
import type { Behaviours } from './make-store.ts'
import { quietly } from './quietly.ts'

export const extending: Behaviours = async (t, makeStore) => {
  await t.test('an extended session stays unused for longer than its idle time, with its data, and then ends', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    await quietly(t, async ({ call, pause, check }) => {
      const session = newSession('7', { idleMs: 100 })
      const { id } = session.credential
      await call(() => store.create(session))
      await call(() => store.writeData(id, { values: new Map([['a', '1']]), ifVersion: null }))
      const extended = await call(() => store.extend(id, 1200))
      check(extended !== null && extended.times.extendedUntilMs === extended.nowMs + 1200, 'says until when')
      await pause(300)
      check(await call(async () => store.validate(session.credential)) !== null, 'alive long after its idle time')
      await pause(600)
      check((await call(() => store.readData(id, 'a')))?.values.get('a') === '1', 'also after a use, which takes nothing away')
      await pause(400)
      check(await store.validate(session.credential) === null, 'dead after it')
    })
  })

  await t.test('no extension goes past the absolute deadline, and none makes a session end sooner', async t => {
    const { store } = await makeStore(t)
    const session = newSession('7', { idleMs: 60_000, absoluteMs: 100_000 })
    const { id } = session.credential
    const { absoluteDeadlineMs } = await store.create(session)
    const first = await store.extend(id, 80_000)
    t.match(await store.extend(id, 70_000), { times: first?.times }, 'a shorter one')
    t.match(await store.extend(id, 80_500), { times: first?.times }, 'the same within a second')
    t.match(await store.extend(id, 1e11), { times: { extendedUntilMs: absoluteDeadlineMs, absoluteDeadlineMs } })
    t.match(await store.validate(session.credential), { times: { extendedUntilMs: absoluteDeadlineMs } })
    t.match(await store.describe(id), { times: { extendedUntilMs: absoluteDeadlineMs } })
    t.equal(await store.countLive(), 1, 'counted once, wherever it moved')
  })

  await t.test('a session keeps the name of its lifetime profile', async t => {
    const { store } = await makeStore(t)
    for (const lifetime of ['default', 'rememberMe', 'x'.repeat(32)]) {
      const session = newSession('7', { lifetime })
      await store.create(session)
      t.match(await store.describe(session.credential.id), { lifetime })
    }
  })

  await t.test('a session that has ended is not extended', async t => {
    const { store } = await makeStore(t)
    const [ended, others] = [newSession('7'), newSession('7')]
    await store.create(ended)
    await store.create(others)
    await store.end('7', ended.credential.id)
    t.equal(await store.extend(ended.credential.id, 5000), null)
    await store.endAll('7', null)
    t.equal(await store.extend(others.credential.id, 5000), null)
    t.equal(await store.validate(ended.credential), null)
  })
}
