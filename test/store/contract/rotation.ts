import type { Test } from 'tap'
import type { Credential } from '../../../src/sessions/credential.ts'
import { newSession } from '../fixture.ts'
import type { Behaviours, MakeStore } from './make-store.ts'
import { quietly } from './quietly.ts'

/** A session and a way to ask for any generation of its credential. */
async function opened (t: Test, makeStore: MakeStore, graceMs: number) {
  const { store, another } = await makeStore(t, { graceMs, touchIntervalMs: 0 })
  const session = newSession('7')
  await store.create(session)
  const credential = (generation: number): Credential => ({ ...session.credential, generation })
  const isAlive = async (generation: number) => await store.validate(credential(generation)) !== null
  return { store, another, session, credential, isAlive }
}

export const rotation: Behaviours = async (t, makeStore) => {
  await t.test('the successor advances the session when it is first presented; until then nothing has changed', async t => {
    const { credential, isAlive, session, store } = await opened(t, makeStore, 0)
    for (let i = 0; i < 3; i++) t.match(await store.validate(credential(1)), { isAdvanced: false }, 'without a grace, but without a successor too')
    for (const isAdvanced of [true, false]) t.match(await store.validate(credential(2)), { isAdvanced })
    t.notOk(await isAlive(1), 'its grace of 0 ms is over')
    t.equal(await store.describe(session.credential.id), null)
  })

  await t.test('the predecessor is good during the grace, which its use does not prolong; after it, it ends the session', async t => {
    const { store } = await makeStore(t, { graceMs: 200, touchIntervalMs: 0 })
    await quietly(t, async ({ call, pause, check }) => {
      const session = newSession('7')
      const isAlive = (generation: number) => call(async () => await store.validate({ ...session.credential, generation }) !== null)
      await call(() => store.create(session))
      const advancedAt = Date.now()
      check(await isAlive(2), 'the successor')
      let lastGood = 0
      for (let asked = Date.now(); await isAlive(1) && asked < advancedAt + 500; asked = Date.now()) {
        check(await isAlive(2), 'the successor beside it')
        lastGood = asked
        await pause(5)
      }
      check(lastGood - advancedAt > 100 && lastGood - advancedAt <= 240, `good for ${lastGood - advancedAt} ms`)
      check(!await isAlive(2), 'reuse ended the session')
      check((await store.list('7', { limit: 10, after: null })).count === 0, 'no list has it')
      check(!await store.end('7', session.credential.id), 'there is nothing to end')
    })
  })

  await t.test('who looks without a use advances it too, and reuse ends it', async t => {
    const { store, credential, session } = await opened(t, makeStore, 0)
    const look = (generation: number) => Promise.resolve(store.validate(credential(generation), true, false))
    t.match(await look(2), { isAdvanced: true })
    t.match(await look(2), { isAdvanced: false })
    t.equal(await look(1), null)
    t.equal(await look(2), null)
    t.equal(await store.describe(session.credential.id), null)
  })

  await t.test('a credential older than the predecessor ends the session, grace or not', async t => {
    const { isAlive } = await opened(t, makeStore, 30_000)
    t.ok(await isAlive(2))
    t.ok(await isAlive(3))
    t.ok(await isAlive(2), 'the predecessor')
    t.notOk(await isAlive(1))
    t.notOk(await isAlive(3))
  })

  await t.test('a credential far ahead proves that the store is behind, as after a failover, and advances it', async t => {
    const { isAlive } = await opened(t, makeStore, 30_000)
    t.ok(await isAlive(9))
    t.ok(await isAlive(8), 'its predecessor has its grace')
    t.ok(await isAlive(9))
    t.notOk(await isAlive(7))
  })

  await t.test('all who race with the successor win, on every instance', async t => {
    const { store, another, credential } = await opened(t, makeStore, 30_000)
    const instances = [store, await another()]
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => instances[i % 2]?.validate(credential(i % 3 === 0 ? 1 : 2))))
    t.equal(answers.filter(answer => answer !== null).length, 40)
  })

  await t.test('a session that rotates by policy is told so from a certain age of its generation on, until its successor is used', async t => {
    const { store } = await makeStore(t, { rotateAfterMs: 150, graceMs: 100, touchIntervalMs: 0 })
    await quietly(t, async ({ call, pause, check }) => {
      const session = newSession('7', { rotates: true })
      const isDue = (generation: number) => call(async () => (await store.validate({ ...session.credential, generation }))?.rotation === 'due')
      for (const generation of [1, 2]) {
        const since = Date.now()
        if (generation === 1) await call(() => store.create(session))
        check(await isDue(generation) === false, `generation ${generation} is new`)
        if (generation === 2) check(await isDue(1) === true, 'who still has the predecessor is told again')
        while (await isDue(generation) === false) await pause(5)
        check(Date.now() - since >= 149 && Date.now() - since < 400, `due after ${Date.now() - since} ms`)
        check(await isDue(generation) === true, 'and stays due')
      }
    })
  })

  await t.test('as long as the predecessor is in its grace its successor is not to be replaced, by policy neither', async t => {
    const { store } = await makeStore(t, { rotateAfterMs: 20, graceMs: 150, touchIntervalMs: 0 })
    await quietly(t, async ({ call, pause, check }) => {
      const session = newSession('7', { rotates: true })
      const rotation = (generation: number) => call(async () => (await store.validate({ ...session.credential, generation }))?.rotation)
      await call(() => store.create(session))
      await pause(25)
      check(await rotation(1) === 'due', 'its age says so')
      const advancedAt = Date.now()
      check(await rotation(2) === 'done', 'used for the first time')
      check(await rotation(1) === 'due', 'the predecessor is told of the successor')
      while (await rotation(2) === 'done') await pause(5)
      check(Date.now() - advancedAt >= 149 && Date.now() - advancedAt < 400, `after ${Date.now() - advancedAt} ms`)
      check(await rotation(2) === 'due', 'and then it is')
    })
  })

  await t.test('other sessions are not, and neither is any where the policy is off', async t => {
    for (const [options, rotates] of [[{ rotateAfterMs: 1 }, false], [{ rotateAfterMs: 0 }, true]] as const) {
      const { store } = await makeStore(t, { ...options, touchIntervalMs: 0 })
      const session = newSession('7', { rotates })
      const { createdAtMs } = await store.create(session)
      while (Date.now() < createdAtMs + 5) await new Promise(resolve => setTimeout(resolve, 1))
      for (const [generation, rotation] of [[1, 'possible'], [2, 'done'], [1, 'possible']] as const) t.match(await store.validate({ ...session.credential, generation }), { rotation })
    }
  })
}
