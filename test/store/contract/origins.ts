import type { SessionStore } from '../../../src/sessions/store.ts'
import { newSession } from '../fixture.ts'
import type { Behaviours } from './make-store.ts'

const home = { ipAddress: '203.0.113.7', userAgent: 'curl/8.5.0' }
const train = { ipAddress: '2001:db8:85a3:8d3:1319:8a2e:370:7348', userAgent: 'okhttp/4.12' }

async function shown (store: SessionStore, id: string) {
  const { ipAddress, userAgent, lastIpAddress, lastUserAgent } = await store.describe(id) ?? {}
  return { first: { ipAddress, userAgent }, last: { ipAddress: lastIpAddress, userAgent: lastUserAgent } }
}

export const origins: Behaviours = async (t, makeStore) => {
  await t.test('a session is shown where it was opened and where it was last used', async t => {
    const { store } = await makeStore(t)
    const session = newSession('7', home)
    const { id } = session.credential
    await store.create(session)
    t.strictSame(await shown(store, id), { first: home, last: home })
    for (const origin of [train, { ...train, ipAddress: home.ipAddress }, { ...home, ipAddress: '' }, { ...home, userAgent: '' }, { ...train, userAgent: 'é€/'.repeat(170) }, train, home]) {
      t.equal(await store.noteOrigin(id, origin), true)
      t.equal(await store.noteOrigin(id, origin), false, 'the same again')
      t.strictSame(await shown(store, id), { first: home, last: origin })
    }
    await store.noteOrigin(id, train)
    const { sessions } = await store.list('7', { limit: 10, after: null })
    t.match(sessions, [{ ipAddress: home.ipAddress, lastIpAddress: train.ipAddress, lastUserAgent: train.userAgent }])
  })

  await t.test('a use that is written down tells where the one before was; others tell nothing', async t => {
    const { store } = await makeStore(t, { touchIntervalMs: 0 })
    const session = newSession('7', home)
    await store.create(session)
    t.match(await store.validate(session.credential), { lastOrigin: home })
    await store.noteOrigin(session.credential.id, train)
    t.match(await store.validate(session.credential), { lastOrigin: train })
    const { store: patient } = await makeStore(t, { touchIntervalMs: 60_000 })
    const fresh = newSession('7', home)
    await patient.create(fresh)
    t.match(await patient.validate(fresh.credential), { lastOrigin: null })
  })

  await t.test('it is kept under another id, and noted of no session that is dead', async t => {
    const { store } = await makeStore(t)
    const [session, successor] = [newSession('7', home), newSession('7').credential]
    await store.create(session)
    await store.noteOrigin(session.credential.id, train)
    await store.replace(session.credential.id, successor)
    t.strictSame(await shown(store, successor.id), { first: home, last: train })
    await store.end('7', successor.id)
    for (const { id } of [session.credential, successor, newSession('7').credential]) t.equal(await store.noteOrigin(id, train), false)
  })
}
