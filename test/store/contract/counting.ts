import { setTimeout as sleep } from 'node:timers/promises'
import { newSession } from '../fixture.ts'
import type { Behaviours } from './make-store.ts'

export const counting: Behaviours = async (t, makeStore) => {
  await t.test('the live count follows what is created and ended on any instance within a second', async t => {
    const { store, another } = await makeStore(t)
    const other = await another()
    const sessions = Array.from({ length: 5 }, (_, i) => newSession(String(i % 2)))
    for (const session of sessions) await store.create(session)
    t.equal(await store.countLive(), 5, 'at once on the instance itself')
    await other.end('0', sessions[0]?.credential.id ?? '')
    await other.endAll('1', null)
    t.equal(await other.countLive(), 2)
    const deadline = Date.now() + 1000
    while (await store.countLive() !== 2 && Date.now() < deadline) await sleep(20)
    t.equal(await store.countLive(), 2)
  })

  await t.test('uses, rotations and refusals do not change the live count', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    const session = newSession('7', { idleMs: 5000 })
    await store.create(session)
    for (let i = 1; i < 20; i++) await store.validate({ ...session.credential, generation: i })
    await store.validate(newSession('7').credential)
    await store.end('8', session.credential.id)
    t.equal(await store.countLive(), 1)
    t.equal(await store.validate({ ...session.credential, generation: 3 }), null, 'reuse')
    t.equal(await store.countLive(), 0)
  })
}
