/** What the store does on a Redis that answers and refuses: servers of the test's own, so never on the shared one. */
import t from 'tap'
import type { SessionStore } from '../../src/sessions/store.ts'
import { privateRedis } from '../faults/private-redis.ts'
import { newSession, openStore } from './fixture.ts'
import { snapshots } from './snapshot.ts'

const value = { values: new Map([['a', '"2"']]), ifVersion: null }
const firstPage = { limit: 10, after: null }
const refused = { name: 'ServiceError', code: 'store_unavailable' }

/** Every verb that changes something, on a session that exists. */
const writes: Record<string, (store: SessionStore, session: ReturnType<typeof newSession>) => Promise<unknown>> = {
  create: store => store.create(newSession('7')),
  validate: async (store, { credential }) => store.validate(credential),
  replace: (store, { credential }) => store.replace(credential.id, newSession('7').credential),
  end: (store, { credential }) => store.end('7', credential.id),
  endAll: store => store.endAll('7', null),
  endOthers: (store, { credential }) => store.endOthers('7', credential.id),
  writeData: (store, { credential }) => store.writeData(credential.id, value),
  countLive: store => store.countLive(),
  probe: store => store.probe()
}

t.test('at maxmemory what reads and what frees works; what fills is refused and leaves nothing behind', async t => {
  const redis = await privateRedis(t)
  const { store, client, config, liveCount } = await openStore(t, { url: redis.url, touchIntervalMs: 0 })
  const [session, other] = [newSession('7'), newSession('7')]
  const { id } = session.credential
  await store.create(session)
  await store.create(other)
  await store.writeData(id, { values: new Map([['a', '1']]), ifVersion: null })
  await liveCount.flush()
  await redis.ask('CONFIG', 'SET', 'maxmemory', '1')
  const content = async () => (await snapshots(client, config.KEY_PREFIX)).flatMap(({ keys }) => keys.map(({ key, content }) => ({ key, content })))
  const before = await content()
  await t.rejects(store.create(newSession('7')), refused)
  await t.rejects(store.writeData(id, value), refused)
  await t.rejects(store.writeData(id, { values: new Map([['a', null]]), ifVersion: null }), refused)
  await t.rejects(store.replace(id, newSession('7').credential), refused)
  t.strictSame(await content(), before, 'nothing is written, nothing is half written')

  t.ok(await store.validate(session.credential), 'and its use is recorded')
  t.ok(await store.validate({ ...session.credential, generation: 2 }), 'a rotation too')
  t.ok(await store.describe(id))
  t.match(await store.readData(id, null), { version: 1 })
  t.equal((await store.list('7', firstPage)).count, 2)
  await store.probe()
  t.equal(await store.countLive(), 2)
  t.equal(await store.end('7', other.credential.id), true)
  t.match((await store.activity('7', null)).events[0], { event: 'ended' }, 'and so its history says')
  t.match(await store.listEnded('7'), [{ id: other.credential.id }])
  t.equal(await store.endAll('7', null), 1)
  t.equal(await store.validate(session.credential), null)
  t.equal(await store.countLive(), 0)
  await redis.ask('CONFIG', 'SET', 'maxmemory', '0')
  await store.create(newSession('7'))
})

t.test('without the replicas that it needs a master takes no write, and nothing is half written', async t => {
  const redis = await privateRedis(t)
  const { store, client, config, liveCount } = await openStore(t, { url: redis.url, touchIntervalMs: 0 })
  const session = newSession('7')
  await store.create(session)
  await liveCount.flush()
  const before = await snapshots(client, config.KEY_PREFIX)
  await redis.ask('CONFIG', 'SET', 'min-replicas-to-write', '1')
  for (const [verb, write] of Object.entries(writes)) await t.rejects(write(store, session), refused, verb)
  await redis.ask('CONFIG', 'SET', 'min-replicas-to-write', '0')
  const content = (seen: typeof before) => seen.flatMap(({ keys }) => keys.map(({ key, content }) => ({ key, content })))
  t.strictSame(content(await snapshots(client, config.KEY_PREFIX)), content(before))
  for (const [verb, write] of Object.entries(writes)) await t.resolves(write(store, session), verb)
})

t.test('a replica takes no write', async t => {
  const redis = await privateRedis(t)
  const { store, client, liveCount } = await openStore(t, { url: redis.url, touchIntervalMs: 0 })
  const session = newSession('7')
  await store.create(session)
  await liveCount.flush()
  await redis.ask('REPLICAOF', '127.0.0.1', '1')
  for (const [verb, write] of Object.entries(writes)) {
    // The client looks for a new master after each refusal; here it finds the same one.
    while (client.status !== 'ready') await new Promise(resolve => setTimeout(resolve, 5))
    await t.rejects(write(store, session), refused, verb)
  }
  await redis.ask('REPLICAOF', 'NO', 'ONE')
})

t.test('scripts that Redis has forgotten are sent again without a request noticing', async t => {
  const redis = await privateRedis(t)
  const { store } = await openStore(t, { url: redis.url })
  const sessions = Array.from({ length: 10 }, () => newSession('7'))
  await Promise.all(sessions.map(session => store.create(session)))
  let answered = 0
  for (let round = 0; round < 40; round++) {
    // What an earlier round flushed is known again, so that no call meets two flushes.
    for (const { credential } of sessions.slice(0, 1)) await Promise.all([store.validate(credential), store.list('7', firstPage), store.writeData(credential.id, value)])
    const asked = sessions.flatMap(({ credential: { id }, credential }) => [store.validate(credential), store.list('7', firstPage), store.writeData(id, value)])
    const [, ...answers] = await Promise.all([redis.ask('SCRIPT', 'FLUSH'), ...asked])
    answered += answers.filter(answer => answer !== null).length
  }
  t.equal(answered, 40 * 30)
})
