import type { DataChange, SessionStore } from '../../../src/sessions/store.ts'
import { newSession } from '../fixture.ts'
import type { Behaviours } from './make-store.ts'

const change = (values: Record<string, string | null>, ifVersion: number[] | null = null): DataChange =>
  ({ values: new Map(Object.entries(values)), ifVersion })

async function opened (store: SessionStore): Promise<string> {
  const session = newSession('7')
  await store.create(session)
  return session.credential.id
}

const contentOf = async (store: SessionStore, id: string) => Object.fromEntries((await store.readData(id, null))?.values ?? [])

export const data: Behaviours = async (t, makeStore) => {
  await t.test('a session starts without data, at version 0; each change is one version', async t => {
    const { store } = await makeStore(t)
    const id = await opened(store)
    t.strictSame(await store.readData(id, null), { version: 0, values: new Map() })
    t.strictSame(await store.writeData(id, change({ a: '1', 'b/~': '{"x":"ü"}' })), { outcome: 'written', version: 1, removed: 0 })
    t.strictSame(await store.writeData(id, change({ a: '2', c: 'null' })), { outcome: 'written', version: 2, removed: 0 })
    t.strictSame(await store.readData(id, null), { version: 2, values: new Map([['a', '2'], ['b/~', '{"x":"ü"}'], ['c', 'null']]) })
    t.strictSame(await store.readData(id, 'a'), { version: 2, values: new Map([['a', '2']]) })
    t.strictSame(await store.readData(id, 'z'), { version: 2, values: new Map() })
  })

  await t.test('null removes, and says how many; removing what is not there is no change', async t => {
    const { store } = await makeStore(t)
    const id = await opened(store)
    t.strictSame(await store.writeData(id, change({ a: null })), { outcome: 'written', version: 0, removed: 0 })
    await store.writeData(id, change({ a: '1', b: '2' }))
    t.strictSame(await store.writeData(id, change({ a: null, z: null, c: '3' })), { outcome: 'written', version: 2, removed: 1 })
    t.strictSame(await contentOf(store, id), { b: '2', c: '3' })
    t.strictSame(await store.writeData(id, change({ b: null, c: null })), { outcome: 'written', version: 3, removed: 2 })
    t.strictSame(await store.readData(id, null), { version: 3, values: new Map() }, 'the version goes on, so no old one fits again')
  })

  await t.test('a change for another version is refused with the current one and does nothing', async t => {
    const { store } = await makeStore(t)
    const id = await opened(store)
    t.match(await store.writeData(id, change({ a: '1' }, [0])), { outcome: 'written', version: 1 })
    for (const versions of [[0], [], [2, 11, 10]]) {
      t.strictSame(await store.writeData(id, change({ a: '9' }, versions)), { outcome: 'conflict', version: 1 }, JSON.stringify(versions))
    }
    t.match(await store.writeData(id, change({ a: '2' }, [7, 1])), { outcome: 'written', version: 2 }, 'one of several fits')
    t.strictSame(await contentOf(store, id), { a: '2' })
  })

  await t.test('of many with the same version exactly one is written; of many with different keys none is lost', async t => {
    const { store, another } = await makeStore(t)
    const instances = [store, await another()]
    const id = await opened(store)
    const same = await Promise.all(Array.from({ length: 20 }, (_, i) => instances[i % 2]?.writeData(id, change({ winner: String(i) }, [0]))))
    t.equal(same.filter(written => written?.outcome === 'written').length, 1)
    t.equal(same.findIndex(written => written?.outcome === 'written'), Number((await contentOf(store, id)).winner))
    await Promise.all(Array.from({ length: 40 }, (_, i) => instances[i % 2]?.writeData(id, change({ [`k${i}`]: String(i) }))))
    const found = await store.readData(id, null)
    t.equal(found?.version, 41)
    t.equal(found?.values.size, 41)
  })

  await t.test('the cap of keys is exact, also for writers at the same time; over it nothing of a change is done', async t => {
    const { store, another } = await makeStore(t, { dataLimits: { keys: 5, bytes: 10_000 } })
    const instances = [store, await another()]
    const id = await opened(store)
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => instances[i % 2]?.writeData(id, change({ [`k${i}`]: '1' }))))
    t.equal(answers.filter(answer => answer?.outcome === 'written').length, 5)
    t.equal(answers.filter(answer => answer?.outcome === 'too-many-keys' && answer.count === 6).length, 25)
    const before = await contentOf(store, id)
    const [one = ''] = Object.keys(before)
    t.strictSame(await store.writeData(id, change({ [one]: '2', x: '1', y: '1' })), { outcome: 'too-many-keys', count: 7 })
    t.strictSame(await contentOf(store, id), before)
    t.match(await store.writeData(id, change({ [one]: null, x: '1' })), { outcome: 'written' }, 'one out, one in')
  })

  await t.test('the cap of bytes counts keys and values, exactly, also for writers at the same time', async t => {
    const { store } = await makeStore(t, { dataLimits: { keys: 64, bytes: 100 } })
    const id = await opened(store)
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => store.writeData(id, change({ [`k${i + 10}`]: '"34567"' }))))
    t.equal(answers.filter(answer => answer?.outcome === 'written').length, 10)
    t.equal(answers.filter(answer => answer?.outcome === 'too-many-bytes' && answer.bytes === 110).length, 20)
    t.match(await store.writeData(id, change({ k10: '"é"' })), { outcome: 'written' }, 'bytes, not characters: 4 instead of 7')
    t.strictSame(await store.writeData(id, change({ abc: '1' })), { outcome: 'too-many-bytes', bytes: 101 })
    t.match(await store.writeData(id, change({ ab: '1' })), { outcome: 'written' })
  })

  await t.test('what is over a cap that was lowered may shrink and may not grow', async t => {
    const { store, another } = await makeStore(t)
    const id = await opened(store)
    await store.writeData(id, change({ a: '1', b: '2', c: '3' }))
    const strict = await another({ dataLimits: { keys: 1, bytes: 3 } })
    t.strictSame(await strict.writeData(id, change({ d: '4' })), { outcome: 'too-many-keys', count: 4 })
    t.match(await strict.writeData(id, change({ a: '9' })), { outcome: 'written' })
    t.strictSame(await strict.writeData(id, change({ a: '99' })), { outcome: 'too-many-bytes', bytes: 7 })
    t.match(await strict.writeData(id, change({ a: null })), { outcome: 'written' })
  })
}
