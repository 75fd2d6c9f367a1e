import { randomUUID } from 'node:crypto'
import t, { type Test } from 'tap'
import type { Place } from '../../src/idempotency/claims.ts'
import { createIdempotencyClaims } from '../../src/store/idempotency-claims.ts'
import { createKeys } from '../../src/store/keys.ts'
import { privateRedis } from '../faults/private-redis.ts'
import { randomPrefix, redisUrl } from '../harness.ts'
import { connected } from './fixture.ts'
import { assertInvariants } from './invariants.ts'

const LEASE_MS = 30_000
const DAY_MS = 86_400_000
const place: Place = { tag: 'abcd', name: 'abcdefghijklmnopqrstuv', fingerprint: 'f'.repeat(43) }
const another: Place = { ...place, name: 'ABCDEFGHIJKLMNOPQRSTUV', fingerprint: 'g'.repeat(43) }
const sealed = 's'.repeat(60)
const nothing = { index: 0, sealed: '' }

/** Claims on real Redis, in a namespace of their own, and what is needed to look behind them. */
async function open (t: Test, { url = redisUrl, prefix = randomPrefix(), isAvailable = (): boolean => true, timeoutMs = 5000 } = {}) {
  const lifetimes = { SESSION_IDLE_SECONDS: 1, SESSION_ABSOLUTE_SECONDS: 1, REMEMBER_ME_IDLE_SECONDS: 1, REMEMBER_ME_SECONDS: 1 }
  t.teardown(() => assertInvariants({ REDIS_URL: url, KEY_PREFIX: prefix, TOUCH_INTERVAL_MS: 1000, ...lifetimes }))
  const client = await connected(t, url)
  const keys = createKeys(prefix)
  const claims = createIdempotencyClaims({ client, keys, isAvailable, timeoutMs })
  const keyOf = ({ tag, name }: Place) => keys.idempotency(tag, name)
  return { ...claims, client, prefix, key: keyOf(place), keyOf }
}

t.test('the first one claims; others hear that it runs, then what it was answered', async t => {
  const { claim, keep, client, key } = await open(t)
  const [owner, other] = [randomUUID(), randomUUID()]
  t.strictSame(await claim([place], owner, LEASE_MS), { state: 'claimed', ...nothing })
  const leftMs = await client.pttl(key)
  t.ok(leftMs > LEASE_MS - 1000 && leftMs <= LEASE_MS, `${leftMs} ms`)
  t.strictSame(await claim([place], other, LEASE_MS), { state: 'running', ...nothing })
  t.strictSame(await claim([{ ...place, fingerprint: 'x'.repeat(43) }], other, LEASE_MS), { state: 'other', ...nothing })
  t.equal(await keep(place, other, sealed, DAY_MS), false, 'it is not theirs')
  t.equal(await keep(place, owner, sealed, DAY_MS), true)
  const keptMs = await client.pttl(key)
  t.ok(keptMs > DAY_MS - 1000 && keptMs <= DAY_MS, `${keptMs} ms`)
  t.strictSame(await claim([place], other, LEASE_MS), { state: 'answered', index: 0, sealed })
  t.strictSame(await claim([{ ...place, fingerprint: 'x'.repeat(43) }], other, LEASE_MS), { state: 'other', ...nothing })
  t.equal(await keep(place, owner, 't'.repeat(60), DAY_MS), false, 'once')
})

t.test('what is given back was never there; only its owner can', async t => {
  const { claim, release, client, key } = await open(t)
  const owner = randomUUID()
  await claim([place], owner, LEASE_MS)
  await release(place, randomUUID())
  t.equal(await client.exists(key), 1)
  await release(place, owner)
  t.equal(await client.exists(key), 0)
  t.equal((await claim([{ ...place, fingerprint: 'x'.repeat(43) }], owner, LEASE_MS)).state, 'claimed')
})

t.test('a claim that is over is anybody’s, also when the TTL is lost, and no longer its owner’s', async t => {
  const { claim, keep, client, key } = await open(t)
  const [dead, next] = [randomUUID(), randomUUID()]
  const isOver = () => client.hset(key, 'u', 1)
  await claim([place], dead, LEASE_MS)
  await client.persist(key)
  t.equal((await claim([place], next, LEASE_MS)).state, 'running')
  await isOver()
  t.equal((await claim([{ ...place, fingerprint: 'x'.repeat(43) }], next, LEASE_MS)).state, 'claimed')
  t.equal(await keep(place, dead, sealed, DAY_MS), false)
  t.equal(await keep(place, next, sealed, DAY_MS), true)
  await client.persist(key)
  await isOver()
  t.equal((await claim([place], dead, LEASE_MS)).state, 'claimed', 'so is an answer')
})

t.test('what lies under another key of the keyring is found, in whatever order they are', async t => {
  const { claim, keep, client, keyOf } = await open(t)
  const owner = randomUUID()
  await claim([place, another], owner, LEASE_MS)
  t.equal(await client.exists(keyOf(another)), 0)
  t.equal((await claim([another, place], randomUUID(), LEASE_MS)).state, 'running')
  await keep(place, owner, sealed, DAY_MS)
  t.strictSame(await claim([another, place], randomUUID(), LEASE_MS), { state: 'answered', index: 1, sealed })
  t.strictSame(await claim([another, { ...place, fingerprint: 'x'.repeat(43) }], randomUUID(), LEASE_MS), { state: 'other', ...nothing })
  t.equal((await claim([another], randomUUID(), LEASE_MS)).state, 'claimed', 'unless that key is gone')
})

t.test('any number at once, on any number of connections: one claims', async t => {
  const prefix = randomPrefix()
  const instances = await Promise.all([1, 2, 3, 4].map(() => open(t, { prefix })))
  const found = await Promise.all(Array.from({ length: 400 }, (_, i) => instances[i % 4]?.claim([place, another], randomUUID(), LEASE_MS)))
  t.strictSame(found.map(each => each?.state).sort().slice(0, 2), ['claimed', 'running'])
})

t.test('while Redis is away nobody claims, at once; nothing is kept, and nothing that settles fails', async t => {
  let isAvailable = true
  const { claim, keep, release, client } = await open(t, { isAvailable: () => isAvailable })
  const owner = randomUUID()
  await claim([place], owner, LEASE_MS)
  isAvailable = false
  await t.rejects(claim([place], randomUUID(), LEASE_MS), { code: 'store_unavailable' })
  t.equal(await keep(place, owner, sealed, DAY_MS), true, 'what is known of the link may be outdated')
  client.disconnect()
  t.equal(await keep(place, owner, sealed, DAY_MS), false)
  await release(place, owner)
})

t.test('a claim that Redis made after nobody waited for it any more is nobody’s', async t => {
  const redis = await privateRedis(t)
  const { claim, key } = await open(t, { url: redis.url, timeoutMs: 100 })
  await claim([another], randomUUID(), LEASE_MS) // and the scripts are known
  redis.freeze()
  await t.rejects(claim([place], randomUUID(), LEASE_MS), { code: 'store_unavailable' })
  redis.thaw()
  t.equal(await redis.ask('EXISTS', key), 0)
  t.equal((await claim([place], randomUUID(), LEASE_MS)).state, 'claimed')
})

t.test('at maxmemory nobody claims, and what was claimed can be answered', async t => {
  const redis = await privateRedis(t)
  const { claim, keep } = await open(t, { url: redis.url })
  const owner = randomUUID()
  await claim([place], owner, LEASE_MS)
  await redis.ask('CONFIG', 'SET', 'maxmemory', '1')
  await t.rejects(claim([another], randomUUID(), LEASE_MS), { code: 'store_unavailable' })
  t.equal(await keep(place, owner, sealed, DAY_MS), true)
})
