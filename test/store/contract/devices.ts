import type { NewDevice, NewSession, SessionStore } from '../../../src/sessions/store.ts'
import { newSession } from '../fixture.ts'
import type { Behaviours } from './make-store.ts'

const firstPage = { limit: 100, after: null }
const on = (device: NewDevice, userId = '7') => newSession(userId, { device })
const tv = { idHashes: ['tvtvtvtvtvtvtvtvtvtvtv'] }

async function living (store: SessionStore, ...sessions: NewSession[]): Promise<boolean[]> {
  const answers = await Promise.all(sessions.map(session => store.validate(session.credential)))
  return answers.map(answer => answer !== null)
}

export const devices: Behaviours = async (t, makeStore) => {
  await t.test('name and capabilities of a device are shown as the login gave them, whatever their length and script', async t => {
    const { store } = await makeStore(t)
    const capabilities = Array.from({ length: 16 }, (_, i) => `${i}`.padEnd(24, 'x'))
    for (const [name, given] of [['TV', ['4K']], ['€'.repeat(64), capabilities], ['😀'.repeat(64), ['HDR10+', '5.1']], ['x'.repeat(64), ['a'.repeat(24)]], [',', ['a']]] as const) {
      const session = on({ name, capabilities: [...given] })
      await store.create(session)
      t.match(await store.describe(session.credential.id), { deviceName: name, capabilities: given })
    }
    const { sessions } = await store.list('7', firstPage)
    t.equal(sessions.find(({ deviceName }) => deviceName === '😀'.repeat(64))?.capabilities?.length, 2)
    const plain = on({ idHashes: [], capabilities: [] })
    await store.create(plain)
    t.notOk(Object.keys(await store.describe(plain.credential.id) ?? {}).some(key => /deviceName|capab/.test(key)), 'nothing where nothing was given')
  })

  await t.test('a login from a device replaces the session that its user has there, and no other', async t => {
    const { store } = await makeStore(t)
    const [first, phone, none, foreign] = [on(tv), on({ idHashes: ['phonephonephonephoneph'] }), on({}), on(tv, '8')]
    for (const session of [first, phone, none, foreign]) await store.create(session)
    await store.writeData(first.credential.id, { values: new Map([['a', '1']]), ifVersion: null })
    const second = on(tv)
    await store.create(second)
    t.strictSame(await living(store, first, second, phone, none, foreign), [false, true, true, true, true])
    t.equal(await store.readData(first.credential.id, null), null, 'its data ended with it')
    t.equal((await store.list('7', firstPage)).count, 3)
    t.equal(await store.countLive(), 4)
    t.strictSame(await store.end('7', first.credential.id), false)
  })

  await t.test('a device is also known by the hashes of the other keys', async t => {
    const { store } = await makeStore(t)
    const [old, fresh] = [on({ idHashes: ['oldkeyoldkeyoldkeyoldk', 'newkeynewkeynewkeynewk'] }), on({ idHashes: ['newkeynewkeynewkeynewk', 'oldkeyoldkeyoldkeyoldk'] })]
    await store.create(old)
    await store.create(fresh)
    t.strictSame(await living(store, old, fresh), [false, true])
    await store.create(on({ idHashes: ['newkeynewkeynewkeynewk'] }))
    t.equal((await store.list('7', firstPage)).count, 1)
  })

  await t.test('however many log in at once from one device, one session is left', async t => {
    const { store } = await makeStore(t)
    const sessions = Array.from({ length: 50 }, () => on(tv))
    await Promise.all(sessions.map(session => store.create(session)))
    t.equal((await living(store, ...sessions)).filter(alive => alive).length, 1)
    t.equal(await store.countLive(), 1)
  })

  await t.test('at the limit, the session that a login replaces makes the room for it, and no other has to go', async t => {
    const { store } = await makeStore(t)
    for (const policy of ['deny', 'evict-oldest', 'evict-idle'] as const) {
      const limited = (device: NewDevice) => newSession(policy, { device, limits: { max: 2, maxOfType: null, policy } })
      const [oldest, first, second] = [limited({}), limited(tv), limited(tv)]
      for (const session of [oldest, first, second]) await store.create(session)
      t.strictSame(await living(store, oldest, first, second), [true, false, true], policy)
    }
  })

  await t.test('a user renames a live session of theirs and nobody else’s; the name may become shorter', async t => {
    const { store } = await makeStore(t)
    const [mine, plain, foreign] = [on({ name: '😀'.repeat(64), capabilities: ['4K'] }), on({}), on({ name: 'theirs' }, '8')]
    for (const session of [mine, plain, foreign]) await store.create(session)
    const named = async ({ credential: { id } }: NewSession, name: string) => [await store.rename('7', id, name), (await store.describe(id))?.deviceName]
    for (const name of ['x'.repeat(64), 'é'.repeat(33), 'TV', '😀'.repeat(64), 'y'.repeat(63)]) t.strictSame(await named(mine, name), [true, name])
    t.strictSame((await store.describe(mine.credential.id))?.capabilities, ['4K'])
    t.strictSame(await named(plain, 'radio'), [true, 'radio'])
    t.strictSame(await named(foreign, 'mine'), [false, 'theirs'])
    await store.end('7', mine.credential.id)
    t.strictSame(await named(mine, 'ghost'), [false, undefined])
    t.equal((await store.list('7', firstPage)).count, 1)
  })
}
