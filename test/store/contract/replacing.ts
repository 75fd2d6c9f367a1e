import { setTimeout as sleep } from 'node:timers/promises'
import { newSession } from '../fixture.ts'
import type { Behaviours } from './make-store.ts'

const firstPage = { limit: 10, after: null }
const value = { values: new Map([['a', '1']]), ifVersion: null }

export const replacing: Behaviours = async (t, makeStore) => {
  await t.test('a session goes on under another id: profile, times, place in the list, data and its version stay', async t => {
    const { store } = await makeStore(t)
    const profile = { email: `${'e'.repeat(200)}@example.com`, name: 'Ada', roles: ['admin'] }
    const session = newSession('7', { profile, lifetime: 'tv', userAgent: `${'u'.repeat(40)} ${'v'.repeat(300)}` })
    const { credential: successor } = newSession('7')
    await store.create(session)
    await store.create(newSession('7'))
    await store.writeData(session.credential.id, value)
    await store.extend(session.credential.id, 7_200_000)
    const before = await store.describe(session.credential.id)

    const replaced = await store.replace(session.credential.id, successor)
    const times = { ...before?.times, lastAccessedAtMs: replaced?.times.lastAccessedAtMs, authenticatedAtMs: replaced?.times.lastAccessedAtMs }
    t.strictSame(replaced, { lifetime: 'tv', times })
    t.match(await store.validate(successor), { id: successor.id, userId: '7', profile, times, rotation: 'possible', binding: '.', lastOrigin: null })
    t.strictSame(await store.describe(successor.id), { ...before, id: successor.id, times })
    t.strictSame(await store.readData(successor.id, null), { version: 1, values: new Map([['a', '1']]) })
    t.match(await store.writeData(successor.id, value), { outcome: 'written', version: 2 })
    const { count, sessions } = await store.list('7', firstPage)
    t.equal(count, 2)
    t.ok(sessions.some(({ id }) => id === successor.id))
    t.equal(await store.countLive(), 2, 'counted once')
  })

  await t.test('the old id is dead at once, in every generation, and its use does not harm the new session', async t => {
    const { store, another } = await makeStore(t)
    const session = newSession('7')
    const { id } = session.credential
    const { credential: successor } = newSession('7')
    await store.create(session)
    t.ok(await store.validate({ ...session.credential, generation: 2 }))
    await store.replace(id, successor)
    for (const generation of [1, 2, 3, 9]) t.equal(await (await another()).validate({ ...session.credential, generation }), null)
    t.equal(await store.describe(id), null)
    t.equal(await store.readData(id, null), null)
    t.equal(await store.writeData(id, value), null)
    t.equal(await store.extend(id, 1000), null)
    t.equal(await store.end('7', id), false)
    t.equal(await store.replace(id, newSession('7').credential), null)
    t.ok(await store.validate(successor))
    t.equal(await store.validate({ ...session.credential, id: successor.id }), null, 'the old secret does not open it either')
  })

  await t.test('it begins at generation 1, whose successor gives it its grace as ever', async t => {
    const { store } = await makeStore(t, { graceMs: 30_000 })
    const session = newSession('7')
    const { credential: successor } = newSession('7')
    await store.create(session)
    t.ok(await store.validate({ ...session.credential, generation: 5 }))
    await store.replace(session.credential.id, successor)
    t.ok(await store.validate(successor))
    t.ok(await store.validate({ ...successor, generation: 2 }))
    t.ok(await store.validate(successor), 'the grace began with the use of the successor')
  })

  await t.test('of many who replace one session at once, on every instance, one succeeds', async t => {
    const { store, another } = await makeStore(t)
    const instances = [store, await another()]
    for (let round = 0; round < 20; round++) {
      const session = newSession('7')
      await store.create(session)
      const successors = Array.from({ length: 10 }, () => newSession('7').credential)
      const answers = await Promise.all(successors.map((successor, i) => instances[i % 2]?.replace(session.credential.id, successor)))
      const alive = await Promise.all(successors.map(successor => store.validate(successor)))
      t.equal(answers.filter(answer => answer !== null).length, 1)
      t.strictSame(alive.map(each => each !== null), answers.map(answer => answer !== null))
    }
    t.equal((await store.list('7', firstPage)).count, 20)
  })

  await t.test('a session that has ended is not replaced', async t => {
    const { store } = await makeStore(t)
    const [ended, others] = [newSession('7'), newSession('7')]
    const successor = newSession('7').credential
    await store.create(ended)
    await store.create(others)
    await store.end('7', ended.credential.id)
    t.equal(await store.replace(ended.credential.id, successor), null)
    await store.endAll('7', null)
    t.equal(await store.replace(others.credential.id, successor), null)
    t.equal(await store.validate(successor), null)
    t.equal(await store.countLive(), 0)
  })

  await t.test('a session that was kept through an end-all is still kept when it was replaced, and the next one ends it', async t => {
    const { store } = await makeStore(t)
    const session = newSession('7')
    const successor = newSession('7').credential
    await store.create(session)
    await store.endAll('7', session.credential.id)
    await store.replace(session.credential.id, successor)
    t.ok(await store.validate(successor))
    t.match(await store.list('7', firstPage), { count: 1, sessions: [{ id: successor.id }] })
    t.strictSame(await store.countOf('7'), new Map([['unknown', 1]]))
    const limits = { max: 1, maxOfType: null, policy: 'deny' } as const
    await t.rejects(store.create(newSession('7', { limits })), { code: 'session_limit_reached' }, 'it takes its place')
    t.equal(await store.endAll('7', null), 1)
    t.equal(await store.validate(successor), null)
  })

  await t.test('one that was kept, then replaced, and expires unseen is told as expired', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    const [session, successor] = [newSession('7', { idleMs: 300 }), newSession('7').credential]
    await store.create(session)
    await store.endAll('7', session.credential.id)
    await store.replace(session.credential.id, successor)
    // Redis owns the clock.
    while (await store.describe(successor.id) !== null) await sleep(10)
    t.match(await store.listEnded('7'), [{ id: successor.id, reason: 'expired_idle' }])
  })

  await t.test('nothing prolongs it: not past the absolute deadline, however often', async t => {
    const { store } = await makeStore(t)
    const session = newSession('7', { idleMs: 60_000, absoluteMs: 90_000 })
    const { absoluteDeadlineMs } = await store.create(session)
    let { id } = session.credential
    for (let i = 0; i < 5; i++) {
      const successor = newSession('7').credential
      t.match(await store.replace(id, successor), { times: { absoluteDeadlineMs } })
      id = successor.id
    }
    t.match(await store.describe(id), { times: { absoluteDeadlineMs, idleMs: 60_000 } })
  })

  await t.test('the id of a session that exists is not taken over', async t => {
    const { store } = await makeStore(t)
    const [one, two] = [newSession('7'), newSession('7')]
    await store.create(one)
    await store.create(two)
    await t.rejects(store.replace(one.credential.id, two.credential))
    t.ok(await store.validate(one.credential))
    t.ok(await store.validate(two.credential))
  })
}
