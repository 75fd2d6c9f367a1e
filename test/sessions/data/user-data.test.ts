import t from 'tap'
import { createUserData } from '../../../src/sessions/data/user-data.ts'
import type { DataChange } from '../../../src/sessions/store.ts'
import { newSession, openStore } from '../../store/fixture.ts'

const limits = { keys: 4, keyBytes: 8, valueBytes: 50, bytes: 80 }
const session = { id: 'abcd0123-4567-4890-8abc-def012345678', userId: '7' }
const increment = { op: 'increment' as const, key: 'n', value: 1 }

t.test('1,000 increments on two instances, each of which lets as many run at once as come, are 1,000', async t => {
  const one = await openStore(t)
  const instances = [one, await openStore(t, { prefix: one.config.KEY_PREFIX })].map(({ store }) => createUserData(store, limits))
  const opened = newSession('7')
  await one.store.create(opened)
  const phone = { id: opened.credential.id, userId: '7' }
  let left = 1000
  await Promise.all(Array.from({ length: 20 }, async (_, i) => {
    while (left-- > 0) await instances[i % 2]?.operate(phone, [increment], undefined)
  }))
  t.strictSame({ ...(await instances[0]?.readData(phone))?.data }, { n: 1000 })
})

t.test('what others change in between is read again, and as long as there is patience; with a condition once', async t => {
  let [nowMs, version, conflicts] = [0, 5, 3]
  const written: DataChange[] = []
  const store = {
    readUserData: async () => ({ version, values: new Map([['n', '1']]) }),
    writeUserData: async (_id: string, change: DataChange) => {
      nowMs += 100
      written.push(change)
      if (conflicts-- > 0) return { outcome: 'conflict' as const, version: ++version }
      return { outcome: 'written' as const, version: version + 1, removed: 0 }
    }
  }
  const userData = createUserData(store, limits, () => nowMs)
  t.match(await userData.operate(session, [increment], undefined), { etag: '"9"', data: { n: 2 } })
  t.strictSame(written.map(({ ifVersion }) => ifVersion), [[5], [6], [7], [8]])

  conflicts = 1
  await t.rejects(userData.operate(session, [increment], '"8"'), { code: 'version_conflict', extras: { currentETag: '"9"' } })
  conflicts = Infinity
  await t.rejects(userData.operate(session, [increment], undefined), { code: 'data_busy' })
  t.equal(written.length, 4 + 1 + 9)

  conflicts = 0
  const slow = store.writeUserData
  store.writeUserData = async (...args) => {
    nowMs += 5000
    return slow(...args)
  }
  const [first, second] = [userData.operate(session, [increment], undefined), userData.operate(session, [increment], undefined)]
  t.match(await first, { data: { n: 2 } })
  await t.rejects(second, { code: 'data_busy' }, 'five seconds are enough of waiting for others')
})

t.test('what does not change anything is written with no value, and only what is asked for is read', async t => {
  const asked: Array<string | null> = []
  const changes: DataChange[] = []
  const userData = createUserData({
    readUserData: async (_id, key) => { asked.push(key); return { version: 1, values: new Map([['l', '[1]'], ['m', '[]']]) } },
    writeUserData: async (_id, change) => { changes.push(change); return { outcome: 'written', version: 1, removed: 0 } }
  }, limits)
  const add = { op: 'addToSet' as const, key: 'l', value: 1 }
  const { data, etag } = await userData.operate(session, [add, { op: 'remove', key: 'gone', value: 1 }, { op: 'remove', key: 'm', value: 1 }], undefined)
  t.strictSame([{ ...data }, etag], [{ l: [1], m: [] }, '"1"'])
  await userData.operate(session, [add, add], undefined)
  t.strictSame(asked, [null, 'l'])
  t.strictSame(changes.map(({ values }) => values.size), [0, 0])
})

t.test('0 with a sign is 0, as it comes back from the store', async t => {
  const { store } = await openStore(t)
  const userData = createUserData(store, limits)
  const opened = newSession('7')
  await store.create(opened)
  const phone = { id: opened.credential.id, userId: '7' }
  const operate = async (op: 'addToSet' | 'append' | 'remove', value: unknown, times = 1) => ({ ...(await userData.operate(phone, Array.from({ length: times }, () => ({ op, key: 'k', value })), undefined)).data })
  for (let i = 0; i < 3; i++) t.strictSame(await operate('addToSet', -0), { k: [0] })
  t.strictSame(await operate('addToSet', { a: [-0] }, 3), { k: [0, { a: [0] }] })
  t.strictSame(await operate('addToSet', { a: [0] }), { k: [0, { a: [0] }] })
  t.strictSame(await operate('append', -0, 2), { k: [0, { a: [0] }, 0, 0] })
  t.strictSame(await operate('remove', -0), { k: [{ a: [0] }] })
  t.strictSame(await operate('remove', { a: [-0] }), { k: [] })
})

t.test('operations are checked before anything is read', async t => {
  const never = async () => { throw new Error('asked') }
  const userData = createUserData({ readUserData: never, writeUserData: never }, limits)
  const refused = (...operations: Parameters<typeof userData.operate>[1]) => userData.operate(session, operations, undefined)
  await t.rejects(refused(increment, { ...increment, value: '1' }), { code: 'validation_failed', extras: { errors: [{ pointer: '/operations/1/value' }] } })
  await t.rejects(refused({ ...increment, value: Infinity }), { code: 'validation_failed', extras: { errors: [{ pointer: '/operations/0/value' }] } })
  await t.rejects(refused({ op: 'append', key: 'l', value: { deep: Infinity } }), { code: 'validation_failed', extras: { errors: [{ pointer: '/operations/0/value/deep' }] } })
  await t.rejects(refused({ ...increment, key: '__proto__' }), { code: 'reserved_key' })
  await t.rejects(refused({ ...increment, key: 'x'.repeat(9) }), { code: 'data_limit_exceeded' })
  await t.rejects(userData.operate(session, [increment], 'none'), { code: 'malformed_etag' })
})
