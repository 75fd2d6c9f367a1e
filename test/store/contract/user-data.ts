import type { DataChange, SessionStore } from '../../../src/sessions/store.ts'
import { newSession } from '../fixture.ts'
import type { Behaviours } from './make-store.ts'

const change = (values: Record<string, string | null>, ifVersion: number[] | null = null): DataChange =>
  ({ values: new Map(Object.entries(values)), ifVersion })

async function opened (store: SessionStore, userId = '7'): Promise<string> {
  const session = newSession(userId)
  await store.create(session)
  return session.credential.id
}

const contentOf = async (store: SessionStore, id: string) => Object.fromEntries((await store.readUserData(id, null))?.values ?? [])

export const userData: Behaviours = async (t, makeStore) => {
  await t.test('what one session of a user writes all of them read, and nobody else; each change is one version', async t => {
    const { store } = await makeStore(t)
    const [phone, laptop, stranger] = [await opened(store), await opened(store), await opened(store, '8')]
    t.strictSame(await store.readUserData(phone, null), { version: 0, values: new Map() })
    const first = await store.writeUserData(phone, change({ a: '1', 'b/~': '[]' }))
    t.match(first, { outcome: 'written', removed: 0 })
    const version = first?.outcome === 'written' ? first.version : NaN
    t.strictSame(await store.readUserData(laptop, null), { version, values: new Map([['a', '1'], ['b/~', '[]']]) })
    t.strictSame(await store.writeUserData(laptop, change({ a: null, z: null, c: '{}' })), { outcome: 'written', version: version + 1, removed: 1 })
    t.strictSame(await store.readUserData(phone, 'c'), { version: version + 1, values: new Map([['c', '{}']]) })
    t.strictSame(await store.readUserData(phone, 'a'), { version: version + 1, values: new Map() })
    t.strictSame(await store.writeUserData(phone, change({ z: null })), { outcome: 'written', version: version + 1, removed: 0 }, 'nothing to change')
    t.strictSame(await store.readUserData(stranger, null), { version: 0, values: new Map() })
    t.strictSame(await store.readData(phone, null), { version: 0, values: new Map() }, 'data of the session is something else')
  })

  await t.test('it outlives the sessions; one that has ended neither reads nor writes it', async t => {
    const { store } = await makeStore(t)
    const first = await opened(store)
    await store.writeUserData(first, change({ a: '1' }))
    await store.end('7', first)
    t.equal(await store.readUserData(first, null), null)
    t.equal(await store.writeUserData(first, change({ a: '2' })), null)
    t.strictSame(await contentOf(store, await opened(store)), { a: '1' })
  })

  await t.test('a change for another version is refused with the current one and does nothing', async t => {
    const { store } = await makeStore(t)
    const id = await opened(store)
    await store.writeUserData(id, change({ a: '1' }, [0]))
    const { version = NaN } = await store.readUserData(id, null) ?? {}
    t.strictSame(await store.writeUserData(id, change({ a: '9' }, [0, version + 1])), { outcome: 'conflict', version })
    t.match(await store.writeUserData(id, change({ a: '2' }, [7, version])), { outcome: 'written', version: version + 1 })
    t.strictSame(await contentOf(store, id), { a: '2' })
  })

  await t.test('the caps of session data hold for it, exactly, for writers at the same time', async t => {
    const { store, another } = await makeStore(t, { dataLimits: { keys: 5, bytes: 30 } })
    const instances = [store, await another()]
    const id = await opened(store)
    const answers = await Promise.all(Array.from({ length: 30 }, (_, i) => instances[i % 2]?.writeUserData(id, change({ [`k${i}`]: '1' }))))
    t.equal(answers.filter(answer => answer?.outcome === 'written').length, 5)
    t.equal(answers.filter(answer => answer?.outcome === 'too-many-keys' && answer.count === 6).length, 25)
    const [one = ''] = Object.keys(await contentOf(store, id))
    t.match(await store.writeUserData(id, change({ [one]: '"2345678901234567890123456"' })), { outcome: 'too-many-bytes' })
  })

  await t.test('whose account goes leaves nothing behind', async t => {
    const { store } = await makeStore(t)
    await store.writeUserData(await opened(store), change({ a: '1' }))
    await store.endAll('7', null, { reason: 'account_deleted' })
    await store.eraseHistory('7')
    t.strictSame(await store.readUserData(await opened(store), null), { version: 0, values: new Map() })
  })
}
