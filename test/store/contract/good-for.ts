import { setTimeout as sleep } from 'node:timers/promises'
import type { NewSession } from '../../../src/sessions/store.ts'
import { newSession } from '../fixture.ts'
import type { Behaviours, ContractOptions } from './make-store.ts'

/** What ends first, of what happens by itself: from when on another verdict may be found, in ms. */
const cases: Array<{ what: string, options: ContractOptions, session?: Partial<NewSession>, generation?: number, again?: number, ms: number }> = [
  { what: 'the next use that is written down', options: { touchIntervalMs: 5000 }, ms: 5000 },
  { what: 'the idle deadline, which is late by the touch interval', options: { touchIntervalMs: 5000 }, session: { idleMs: 0 }, ms: 5000 },
  { what: 'the absolute deadline', options: { touchIntervalMs: 60_000 }, session: { absoluteMs: 4000 }, ms: 4000 },
  { what: 'a rotation by policy', options: { touchIntervalMs: 60_000, rotateAfterMs: 3000, graceMs: 0 }, session: { rotates: true }, ms: 3000 },
  { what: 'the grace of the predecessor', options: { touchIntervalMs: 60_000, graceMs: 2000 }, generation: 2, again: 1, ms: 2000 },
  { what: 'the grace, for the successor, which can be replaced from then on', options: { touchIntervalMs: 60_000, graceMs: 2000 }, generation: 2, again: 2, ms: 2000 }
]

export const goodFor: Behaviours = async (t, makeStore) => {
  for (const { what, options, session: changes, generation = 1, again = generation, ms } of cases) {
    await t.test(`a verdict is good until something happens by itself: ${what}`, async t => {
      const { store } = await makeStore(t, options)
      const session = newSession('7', changes)
      const before = performance.now()
      await store.create(session)
      await store.validate({ ...session.credential, generation })
      await sleep(20)
      const { goodForMs = NaN } = await store.validate({ ...session.credential, generation: again }, true) ?? {}
      const sinceMs = performance.now() - before
      t.ok(goodForMs <= ms - 19 && goodForMs >= ms - sinceMs - 1, `${goodForMs} ms of ${ms}, ${sinceMs} ms later`)
    })
  }

  await t.test('and not at all where each use is written down', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    const session = newSession('7')
    await store.create(session)
    t.equal((await store.validate(session.credential))?.goodForMs, 0)
  })
}
