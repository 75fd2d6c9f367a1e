import type { SessionStore } from '../../../src/sessions/store.ts'
import { newSession } from '../fixture.ts'
import type { Behaviours } from './make-store.ts'

const change = (values: Record<string, string | null>) => ({ values: new Map(Object.entries(values)), ifVersion: null })

let numbers = 0

async function anonymous (store: SessionStore, values: Record<string, string> = { cart: '[1]' }) {
  const session = newSession(`anonymous:${numbers++}`, { profile: { email: '', name: '', roles: [] } })
  await store.create(session)
  await store.writeData(session.credential.id, change(values))
  return session.credential
}

/** A session that is about to be opened for a user. */
function heir (userId = '7') {
  const session = newSession(userId)
  return { session, successor: { id: session.credential.id, userId } }
}

export const promoting: Behaviours = async (t, makeStore) => {
  await t.test('a claim hands over the data and keeps others from changing it; the session lives on until its place is taken', async t => {
    const { store, another } = await makeStore(t)
    const other = await another()
    const credential = await anonymous(store, { cart: '[1]', lang: '"de"' })
    const { successor } = heir()
    t.strictSame(await store.claim(credential, successor), { values: new Map([['cart', '[1]'], ['lang', '"de"']]) })
    t.strictSame(await other.writeData(credential.id, change({ cart: '[2]' })), { outcome: 'claimed' })
    t.ok(await other.validate(credential), 'it is as good as before')
    t.strictSame((await other.readData(credential.id, 'cart'))?.values, new Map([['cart', '[1]']]))
    t.strictSame(await other.claim(credential, successor), { values: new Map([['cart', '[1]'], ['lang', '"de"']]) }, 'repeated it is the same')
    t.equal(await store.promote(credential.id, successor), true)
    t.equal(await other.validate(credential, true), null)
    t.equal(await other.readData(credential.id, null), null)
    t.equal(await other.promote(credential.id, successor), true, 'done before')
    t.match(await store.explain(credential.id), { state: 'ended', ended: { reason: 'replaced', actor: successor.id } })
    t.equal(await store.countLive(), 0)
  })

  await t.test('who comes again with the credential learns which session has taken the place', async t => {
    const { store, another } = await makeStore(t)
    const credential = await anonymous(store)
    const first = heir()
    await store.claim(credential, first.successor)
    await store.promote(credential.id, first.successor)
    t.strictSame(await (await another()).claim(credential, heir('8').successor), { values: null, takenBy: first.successor })
    t.equal(await store.claim({ ...credential, secretDigest: '1' }, heir().successor), null, 'not who has another secret')
    t.equal(await store.promote(credential.id, heir('8').successor), false)
  })

  await t.test('a claim that is given up leaves the session as it was', async t => {
    const { store } = await makeStore(t)
    const credential = await anonymous(store)
    const { successor } = heir()
    await store.claim(credential, successor)
    await store.unclaim(credential.id, heir().successor)
    t.strictSame(await store.writeData(credential.id, change({ cart: '[2]' })), { outcome: 'claimed' }, 'not by somebody else')
    await store.unclaim(credential.id, successor)
    t.match(await store.writeData(credential.id, change({ cart: '[2]' })), { outcome: 'written' })
    t.equal(await store.promote(credential.id, successor), false)
    t.ok(await store.validate(credential))
    t.strictSame(await store.claim(credential, heir().successor), { values: new Map([['cart', '[2]']]) })
  })

  await t.test('who claims after somebody else ends what that one had opened; of any number at once one takes the place', async t => {
    const { store, another } = await makeStore(t)
    const instances = [store, await another()] as const
    const credential = await anonymous(store)
    const crashed = heir()
    await store.claim(credential, crashed.successor)
    await store.create(crashed.session)
    const heirs = Array.from({ length: 8 }, () => heir())
    const taken = await Promise.all(heirs.map(async ({ session, successor }, i) => {
      const instance = instances[i % 2 === 0 ? 0 : 1]
      const claimed = await instance.claim(credential, successor)
      if (claimed?.values !== null) await instance.create(session)
      return claimed?.values !== null && await instance.promote(credential.id, successor)
    }))
    t.equal(taken.filter(isTaken => isTaken).length, 1)
    t.equal(await store.validate(crashed.session.credential, true), null, 'nobody has its credential')
    t.equal(await store.validate(credential, true), null)
  })

  await t.test('there is nothing to claim of a session that is dead, of another secret, or of somebody who has logged in', async t => {
    const { store } = await makeStore(t)
    const credential = await anonymous(store)
    const { successor } = heir()
    t.equal(await store.claim({ ...credential, secretDigest: '1' }, successor), null)
    const user = newSession('7')
    await store.create(user)
    t.equal(await store.claim(user.credential, successor), null)
    t.match(await store.writeData(user.credential.id, change({ a: '1' })), { outcome: 'written' })
    t.equal(await store.promote(user.credential.id, successor), false)
    t.ok(await store.validate(user.credential, true))
    await store.endAll(`anonymous:${numbers - 1}`, null)
    t.equal(await store.claim(credential, successor), null)
    t.equal(await store.claim(newSession('anonymous:none').credential, successor), null)
  })

  await t.test('who ends the session while it is claimed does not keep its place from being taken', async t => {
    const { store } = await makeStore(t)
    const credential = await anonymous(store)
    const { successor } = heir()
    await store.claim(credential, successor)
    await store.end(`anonymous:${numbers - 1}`, credential.id)
    t.equal(await store.promote(credential.id, successor), true)
    t.equal(await store.countLive(), 0)
  })

  await t.test('of who has not logged in nothing is written down', async t => {
    const { store } = await makeStore(t)
    await anonymous(store)
    t.strictSame(await store.activity(`anonymous:${numbers - 1}`, null), { events: [], isOwn: false })
  })
}
