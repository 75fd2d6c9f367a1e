import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { Budget, Counter, Refusal, Reservation } from '../../src/guessing/failure-counters.ts'
import { createFailureCounters } from '../../src/store/failure-counters.ts'
import { createKeys } from '../../src/store/keys.ts'
import { privateRedis } from '../faults/private-redis.ts'
import { randomPrefix, redisUrl } from '../harness.ts'
import { connected } from './fixture.ts'
import { assertInvariants } from './invariants.ts'

const subject = 'abcdefghijklmnopqrstuv'
const untilItEnds: Budget = { failures: 3, windowMs: 600_000, longestWaitMs: 0 }
const doubling: Budget = { failures: 3, windowMs: 86_400_000, longestWaitMs: 4000 }
const account = (budget = doubling): Counter => ({ policy: 'account', subject, budget })
const address = (budget = untilItEnds): Counter => ({ policy: 'address', subject, budget })
const global = (budget = untilItEnds): Counter => ({ policy: 'global', subject: 'all', budget })

/** Counters on real Redis, in a namespace of their own, and what is needed to look behind them. */
async function open (t: Test, { url = redisUrl, prefix = randomPrefix(), isAvailable = (): boolean => true } = {}) {
  const lifetimes = { SESSION_IDLE_SECONDS: 1, SESSION_ABSOLUTE_SECONDS: 1, REMEMBER_ME_IDLE_SECONDS: 1, REMEMBER_ME_SECONDS: 1 }
  t.teardown(() => assertInvariants({ REDIS_URL: url, KEY_PREFIX: prefix, TOUCH_INTERVAL_MS: 1000, ...lifetimes }))
  const client = await connected(t, url)
  const keys = createKeys(prefix)
  const counters = createFailureCounters({ client, keys, isAvailable, timeoutMs: 5000 })
  const keyOf = ({ policy, subject }: Counter) => keys.loginFailures(policy, subject)
  const failures = async (counter: Counter) => Number(await client.hget(keyOf(counter), 'n'))

  /** Lets the wait that a counter asks for be over. */
  const endWait = (counter: Counter) => client.hset(keyOf(counter), 'b', 1)
  const reserve = async (counter: Counter) => reserved(await counters.reserve([counter]))
  const fail = async (counter: Counter) => (await reserve(counter)).settle(true)

  /** Lets the time be over within which what is being checked has to be settled. */
  const abandon = async (counter: Counter) => {
    const fields = Object.keys(await client.hgetall(keyOf(counter))).filter(name => name.startsWith('p'))
    for (const name of fields) {
      const attempts = String(await client.hget(keyOf(counter), name))
      await client.hdel(keyOf(counter), name)
      await client.hset(keyOf(counter), `p${Math.floor(Date.now() / 10_000)}`, attempts)
    }
  }
  return { ...counters, client, prefix, keyOf, failures, endWait, abandon, reserveOne: reserve, fail }
}

function reserved (outcome: Reservation | Refusal): Reservation {
  if ('waitMs' in outcome) throw new Error(`refused for ${outcome.waitMs} ms`)
  return outcome
}

t.test('a budget lets in as many failures as it says; then all wait until its window ends', async t => {
  const { reserve, longestWait, fail, failures } = await open(t)
  const counter = address()
  t.equal(await longestWait([counter]), null)
  for (let i = 0; i < 3; i++) await fail(counter)
  for (const refusal of [await longestWait([counter]), await reserve([counter])]) {
    t.match(refusal, { counter, waitMs: Number })
    if (refusal !== null && 'waitMs' in refusal) t.ok(refusal.waitMs > 590_000 && refusal.waitMs <= 600_000, `${refusal.waitMs}`)
  }
  t.equal(await failures(counter), 3, 'what is refused is not counted')
})

t.test('a window that is over is forgotten, also when the TTL is lost', async t => {
  const { longestWait, fail, failures, client, keyOf } = await open(t)
  const counter = address({ failures: 1, windowMs: 60, longestWaitMs: 0 })
  await fail(counter)
  await client.persist(keyOf(counter))
  t.ok(await longestWait([counter]))
  await sleep(70) // Redis owns the clock
  t.equal(await longestWait([counter]), null)
  await fail(counter)
  t.equal(await failures(counter), 1)
})

t.test('waits double from a second up to the longest, and never outlast the window', async t => {
  const { reserve, longestWait, fail, endWait, client, keyOf } = await open(t)
  const counter = account()
  const wait = async () => (await longestWait([counter]))?.waitMs ?? 0
  for (let i = 0; i < 2; i++) await fail(counter)
  t.equal(await wait(), 0)
  for (const expectedMs of [1000, 2000, 4000, 4000]) {
    await fail(counter)
    const waitMs = await wait()
    t.ok(waitMs > expectedMs - 900 && waitMs <= expectedMs, `${waitMs} of ${expectedMs} ms`)
    t.match(await reserve([counter]), { waitMs: Number })
    await endWait(counter)
    t.equal(await wait(), 0)
  }
  const endsAt = await client.hget(keyOf(counter), 'e')
  t.equal(await client.pexpiretime(keyOf(counter)), Number(endsAt), 'the window began with the first failure')

  const short = account({ failures: 1, windowMs: 300, longestWaitMs: 900_000 })
  await client.del(keyOf(short))
  await fail(short)
  t.ok(Number((await longestWait([short]))?.waitMs) <= 300)
})

t.test('what is being checked keeps room for its failure; who comes then waits for it and for nothing else', async t => {
  const { reserve, reserveOne, longestWait, failures, client, keyOf } = await open(t)
  for (const counter of [account(), address()]) {
    const [first, second, third] = [await reserveOne(counter), await reserveOne(counter), await reserveOne(counter)]
    t.strictSame(await reserve([counter]), { counter, waitMs: 0 })
    t.equal(await longestWait([counter]), null)
    await third.settle(false)
    await (await reserveOne(counter)).settle(true)
    t.strictSame(await reserve([counter]), { counter, waitMs: 0 })
    await first.settle(false)
    t.equal(await failures(counter), 1)
    await second.settle(false)
    t.equal(await failures(counter), 1)
    await client.del(keyOf(counter))
  }
})

t.test('what did not fail has never been, and the last one leaves no key', async t => {
  const { reserveOne, client, keyOf } = await open(t)
  const [first, second] = [await reserveOne(account()), await reserveOne(account())]
  await first.settle(false)
  t.equal(await client.exists(keyOf(account())), 1)
  await second.settle(false)
  t.equal(await client.exists(keyOf(account())), 0)
})

t.test('with the budget used up one at a time is checked; a right one brings no wait', async t => {
  const { reserve, reserveOne, longestWait, fail, endWait, failures } = await open(t)
  const counter = account()
  for (let i = 0; i < 3; i++) await fail(counter)
  await endWait(counter)
  const right = await reserveOne(counter)
  t.strictSame(await reserve([counter]), { counter, waitMs: 0 })
  await right.settle(false)
  t.equal(await longestWait([counter]), null)
  await fail(counter)
  t.match(await reserve([counter]), { waitMs: Number })
  t.ok(await longestWait([counter]))
  t.equal(await failures(counter), 4)
})

t.test('what nobody settles in time has failed, and brings the wait of a failure; found right later, it has not', async t => {
  const { reserve, reserveOne, longestWait, failures, fail, abandon, client, keyOf } = await open(t)
  const counter = account({ failures: 2, windowMs: 86_400_000, longestWaitMs: 60_000 })
  const [slow, crashed] = [await reserveOne(counter), await reserveOne(counter)]
  const [, bucket] = Object.keys(await client.hgetall(keyOf(counter))).map(name => name.replace('p', '')).filter(name => name !== 'n')
  const leftMs = Number(bucket) * 10_000 - Date.now()
  t.ok(leftMs > 25_000 && leftMs <= 40_000, `${leftMs} ms`)
  t.strictSame(await reserve([counter]), { counter, waitMs: 0 })
  await abandon(counter)
  await slow.settle(false)
  t.equal(await failures(counter), 1)
  await crashed.settle(true)
  t.equal(await failures(counter), 1, 'and what failed late has failed once')
  await fail(counter)
  t.match(await reserve([counter]), { waitMs: Number })

  await client.del(keyOf(counter))
  await Promise.all([1, 2].map(() => reserveOne(counter)))
  await client.hset(keyOf(counter), 'n', 5)
  await abandon(counter)
  const since = Date.now() % 10_000
  t.ok(Math.abs(Number((await longestWait([counter]))?.waitMs) - (32_000 - since)) < 500, 'counted from the moment at which it is taken for failed')
})

t.test('what was reserved in a window that is over takes nothing from the next', async t => {
  const { reserveOne, fail, failures } = await open(t)
  const counter = address({ failures: 5, windowMs: 40, longestWaitMs: 0 })
  const [old, older] = [await reserveOne(counter), await reserveOne(counter)]
  await sleep(50) // Redis owns the clock
  const long = address()
  await fail(long)
  await old.settle(false)
  await older.settle(true)
  t.equal(await failures(long), 1)
})

t.test('refused by one counter, an attempt is counted by none; the longest wait is told', async t => {
  const { reserve, longestWait, fail, failures, client, keyOf } = await open(t)
  const counters = [account(), address(), global({ ...untilItEnds, failures: 1 })]
  await fail(global())
  t.match(await reserve(counters), { counter: { policy: 'global' } })
  t.equal(await client.exists(keyOf(account())) + await client.exists(keyOf(address())), 0)
  for (let i = 0; i < 3; i++) await fail(account())
  t.match(await reserve(counters), { counter: { policy: 'global' } }, 'ten minutes rather than a second')
  t.match(await longestWait(counters), { counter: { policy: 'global' } })
  t.equal(await failures(account()), 3)
})

t.test('a counter that cannot be asked lets nobody in, and nothing is counted by the others', async t => {
  const { reserve, longestWait, client, keyOf } = await open(t)
  await client.set(keyOf(address()), 'no counter', 'PX', 5000)
  await t.rejects(reserve([account(), address()]), /WRONGTYPE/)
  await t.rejects(longestWait([account(), address()]), /WRONGTYPE/)
  t.equal(await client.exists(keyOf(account())), 0)
  await client.del(keyOf(address()))
})

t.test('without counters there is nothing to wait for', async t => {
  const { reserve, longestWait } = await open(t)
  t.equal(await longestWait([]), null)
  await reserved(await reserve([])).settle(true)
})

t.test('while Redis is away nobody is let in, at once; what cannot be settled is left to expire', async t => {
  let isAvailable = true
  const { reserve, longestWait, reserveOne, client, keyOf } = await open(t, { isAvailable: () => isAvailable })
  const reservation = await reserveOne(account())
  isAvailable = false
  await t.rejects(longestWait([account()]), { code: 'store_unavailable' })
  await t.rejects(reserve([account()]), { code: 'store_unavailable' })
  await reservation.settle(false)
  t.equal(await client.exists(keyOf(account())), 1)
})

t.test('at maxmemory nobody is let in, and what was reserved can be settled', async t => {
  const redis = await privateRedis(t)
  const { reserve, longestWait, reserveOne, failures } = await open(t, { url: redis.url })
  const [first, second] = [await reserveOne(account()), await reserveOne(account())]
  await redis.ask('CONFIG', 'SET', 'maxmemory', '1')
  t.equal(await longestWait([account()]), null)
  await t.rejects(reserve([account()]), { code: 'store_unavailable' })
  await first.settle(false)
  await second.settle(true)
  t.equal(await failures(account()), 1)
})

t.test('any number at once, on any number of connections: as many are let in as the budget says', async t => {
  const prefix = randomPrefix()
  const instances = await Promise.all([1, 2, 3, 4].map(() => open(t, { prefix })))
  const counter = address({ failures: 100, windowMs: 600_000, longestWaitMs: 0 })
  const outcomes = []
  // 10,000 in waves: all at once would keep a connection longer than its heartbeats wait.
  for (let wave = 0; wave < 10; wave++) outcomes.push(...await Promise.all(Array.from({ length: 1000 }, (_, i) => instances[i % 4]?.reserve([counter]))))
  const admitted = outcomes.flatMap(outcome => outcome !== undefined && 'settle' in outcome ? [outcome] : [])
  t.equal(admitted.length, 100)
  await Promise.all(admitted.map(({ settle }, i) => settle(i >= 30)))
  const again = await Promise.all(Array.from({ length: 200 }, (_, i) => instances[i % 4]?.reserve([counter])))
  t.equal(again.filter(outcome => outcome !== undefined && 'settle' in outcome).length, 30)
})

t.test('what has happened is added whatever the budget says, in one window from the first of it', async t => {
  const { add, failures, client, keyOf } = await open(t)
  const counter: Counter = { policy: 'credential', subject, budget: { failures: 3, windowMs: 60_000, longestWaitMs: 0 } }
  const first = await add(counter, 5)
  t.equal(first.failures, 5)
  t.equal(first.endsInMs, 60_000)
  const endsAt = await client.pexpiretime(keyOf(counter))
  const totals = await Promise.all(Array.from({ length: 20 }, () => add(counter, 2)))
  t.strictSame(totals.map(({ failures }) => failures).sort((a, b) => a - b), Array.from({ length: 20 }, (_, i) => 7 + 2 * i))
  t.ok(totals.every(({ endsInMs }) => endsInMs <= 60_000 && endsInMs > 50_000))
  t.equal(await failures(counter), 45)
  t.equal(await client.pexpiretime(keyOf(counter)), endsAt, 'it does not slide')

  await client.hset(keyOf(counter), 'e', 1)
  await client.hset(keyOf(counter), 'b', 1)
  t.match(await add(counter, 1), { failures: 1, endsInMs: 60_000 }, 'a window that is over is forgotten')
})
