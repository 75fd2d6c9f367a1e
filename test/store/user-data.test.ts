/** What can be seen in Redis alone of what sessions of a user share: how long it stays. The rest is in contract/user-data.ts. */
import t from 'tap'
import type { Test } from 'tap'
import { tagOf } from '../../src/sessions/credential.ts'
import { newSession, openStore } from './fixture.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const change = { values: new Map([['a', '1']]), ifVersion: null }

async function opened (t: Test) {
  const { store, client, keys } = await openStore(t, { userDataMs: 10 * DAY, longestLifetimeMs: 30 * DAY })
  const key = keys.userData(tagOf('7'), '7')
  return {
    store,
    client,
    key,
    async open (absoluteMs: number, idleMs = absoluteMs): Promise<string> {
      const session = newSession('7', { absoluteMs, idleMs })
      await store.create(session)
      return session.credential.id
    },
    async endsInHours (): Promise<number> {
      return Math.round(await client.pttl(key) / HOUR)
    }
  }
}

t.test('it stays as long as configured after the latest moment at which a session may end, whichever session writes it', async t => {
  const { store, open, endsInHours } = await opened(t)
  const [short] = [await open(DAY), await open(20 * DAY)]
  await store.writeUserData(short, change)
  t.equal(await endsInHours(), 30 * 24)
})

t.test('a session that is opened later keeps it longer, a shorter one does not make it shorter', async t => {
  const { store, open, endsInHours } = await opened(t)
  await store.writeUserData(await open(2 * DAY), change)
  t.equal(await endsInHours(), 12 * 24)
  await open(DAY)
  t.equal(await endsInHours(), 12 * 24)
  await open(3 * DAY)
  t.equal(await endsInHours(), 13 * 24)
})

t.test('with the end of the last session its time begins, and a login ends it again', async t => {
  const { store, open, endsInHours } = await opened(t)
  const [phone, laptop] = [await open(20 * DAY), await open(DAY)]
  await store.writeUserData(phone, change)
  await store.end('7', phone)
  t.equal(await endsInHours(), 30 * 24, 'another session is alive')
  await store.end('7', laptop)
  t.equal(await endsInHours(), 10 * 24)
  const again = await open(DAY)
  t.equal(await endsInHours(), 11 * 24)
  await store.endAll('7', null)
  t.equal(await endsInHours(), 10 * 24)
  t.equal(await store.readUserData(again, null), null)
})

t.test('a write without its index goes by its own session', async t => {
  const { store, client, key, open, endsInHours } = await opened(t)
  const id = await open(DAY)
  const index = key.replace('user-data', 'user-sessions')
  const dump = await client.dumpBuffer(index)
  await client.del(index)
  await store.writeUserData(id, change)
  t.equal(await endsInHours(), 11 * 24)
  await client.restore(index, 8 * DAY, dump)
})

t.test('whoever never shared anything has no key, and what comes again has a version that was not there before', async t => {
  const { store, client, key, open } = await opened(t)
  const id = await open(DAY)
  t.equal(await client.exists(key), 0)
  let former = 0
  for (let round = 0; round < 50; round++) {
    await store.writeUserData(id, change)
    await store.writeUserData(id, change)
    const { version = NaN } = await store.readUserData(id, null) ?? {}
    t.ok(version > former, `${version} > ${former}`)
    former = version
    await client.del(key)
  }
})
