import t from 'tap'
import { newSession, openStore } from '../store/fixture.ts'
import { keysUnder } from '../store/snapshot.ts'
import { shiftTime } from './shift-time.ts'

async function opened (t: Parameters<typeof openStore>[0]) {
  const { client, keys, liveCount, store, config } = await openStore(t, { touchIntervalMs: 0 })
  const session = newSession('7', { idleMs: 60_000 })
  const { id } = session.credential
  await store.create(session)
  await store.writeData(id, { values: new Map([['a', '1']]), ifVersion: null })
  const pass = async (ms: number) => {
    await liveCount.flush()
    await shiftTime(client, config.KEY_PREFIX, await keysUnder(client, config.KEY_PREFIX), ms)
  }
  /** What was left half-way is no keyspace. */
  const clear = async () => client.unlink(...await keysUnder(client, config.KEY_PREFIX))
  return { client, config, store, session, id, key: keys.session(id), pass, clear }
}

t.test('time that was put forward is time that has passed: before the deadline nothing happens, at it everything is gone', async t => {
  const { client, config, store, session, id, key, pass } = await opened(t)
  const before = await store.describe(id)
  await pass(40_000)
  const after = await store.describe(id)
  for (const moment of ['createdAtMs', 'lastAccessedAtMs', 'absoluteDeadlineMs'] as const) {
    t.equal(Number(before?.times[moment]) - Number(after?.times[moment]), 40_000, moment)
  }
  const left = await client.pttl(key)
  t.ok(left > 0 && left <= 20_000, `${left} ms are left`)
  t.equal(await store.countLive(), 1)
  await pass(20_000)
  t.equal(await store.validate(session.credential), null)
  t.strictSame((await keysUnder(client, config.KEY_PREFIX)).filter(name => name.includes('session:') || name.includes('session-data:')), [])
})

t.test('passages that follow each other without anything between add up, also for the count', async t => {
  const { store, pass } = await opened(t)
  for (let i = 0; i < 5; i++) await pass(20_000)
  t.equal(await store.countLive(), 0)
})

t.test('a field that nobody has called a moment or none is refused, so is a kind of key', async t => {
  const { client, config, key, pass, clear } = await opened(t)
  await client.hset(key, 'later', '1')
  await t.rejects(pass(1000), /does not know whether the field later/)
  await client.hdel(key, 'later')
  const strange = `${config.KEY_PREFIX}strange`
  await client.set(strange, '1', 'PX', 1000)
  await t.rejects(pass(1000), /does not know how time passes for/)
  await clear()
})

t.test('a key without a TTL is reported', async t => {
  const { client, key, pass, clear } = await opened(t)
  await client.persist(key)
  await t.rejects(pass(1000), /has no TTL/)
  await clear()
})

t.test('a claim on an Idempotency-Key passes with time, too', async t => {
  const { client, config, pass } = await opened(t)
  const claim = `${config.KEY_PREFIX}idempotency:{abcd}abcdefghijklmnopqrstuv`
  const ask = async (owner: string) => (await client.idempotencyClaim(1, claim, owner, 30_000, 'f'.repeat(43)))[0]
  t.equal(await ask('one'), 'claimed')
  await pass(20_000)
  t.equal(await ask('two'), 'running')
  await client.persist(claim)
  await client.pexpire(claim, 60_000)
  await pass(10_000)
  t.equal(await ask('two'), 'claimed', 'whatever the TTL says')
  await client.del(claim)
})
