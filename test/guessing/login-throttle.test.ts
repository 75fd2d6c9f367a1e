import t from 'tap'
import type { Budget, Counter, FailureCounters, Policy, Refusal } from '../../src/guessing/failure-counters.ts'
import type { Admission } from '../../src/users/passwords/turns.ts'
import { createLoginThrottle } from '../../src/guessing/login-throttle.ts'

const budget: Budget = { failures: 10, windowMs: 600_000, longestWaitMs: 0 }
const subjects = { device: (device: string) => `of ${device}`, account: (email: string) => `of ${email}`, address: (address: string) => `of ${address}` }
const who = { email: 'alice@example.com', address: '203.0.113.7', device: null }
const counter: Counter = { policy: 'account', subject: 'x', budget }

/** A throttle over counters that answer as told; `log` says what it asked of them. */
function throttle (answers: { waits?: Refusal, refuses?: Refusal[] } = {}, budgets: Partial<Record<Policy, Budget>> = { account: budget, address: budget, global: budget, device: budget }) {
  const log: string[] = []
  const refusals = [...answers.refuses ?? []]
  const named = (counters: Counter[]) => counters.map(({ policy, subject }) => `${policy} ${subject}`).join(', ')
  const counters: FailureCounters = {
    async longestWait (asked) {
      log.push(`wait: ${named(asked)}`)
      return answers.waits ?? null
    },
    async reserve (asked) {
      log.push(`reserve: ${named(asked)}`)
      return refusals.shift() ?? { settle: async hasFailed => { log.push(hasFailed ? 'failed' : 'never was') } }
    }
  }
  return { counted: createLoginThrottle({ counters, subjects, budgets }).counted, log }
}

const all = 'account of alice@example.com, address of 203.0.113.7, global all'

t.test('a refusal of the credentials counts, with account, address and all', async t => {
  const { counted, log } = throttle()
  t.equal(await counted(who, async ({ beforeWork }) => { await beforeWork(); return null }), null)
  t.strictSame(log, [`reserve: ${all}`, 'failed'])
})

t.test('a success and an error that is no refusal leave no trace', async t => {
  const success = throttle()
  t.equal(await success.counted(who, async ({ beforeWork }) => { await beforeWork(); return 'alice' }), 'alice')
  t.strictSame(success.log.slice(1), ['never was'])
  const busy = throttle()
  await t.rejects(busy.counted(who, async ({ beforeWork }) => { await beforeWork(); throw new Error('busy') }), { message: 'busy' })
  t.strictSame(busy.log.slice(1), ['never was'])
  const early = throttle()
  await t.rejects(early.counted(who, async () => { throw new Error('no database') }), { message: 'no database' })
  t.strictSame(early.log, [], 'what was not reserved is not settled')
})

t.test('who would wait for a turn in vain is told so before, and nothing is counted', async t => {
  const { counted, log } = throttle({ waits: { counter, waitMs: 3001 } })
  const check = async ({ beforeWait }: Admission) => {
    await beforeWait()
    return t.fail('it went on')
  }
  await t.rejects(counted(who, check), {
    code: 'too_many_attempts',
    message: 'Too many attempts have failed. Try again in 4 seconds.',
    headers: { 'retry-after': '4', 'ratelimit-policy': '"account";q=10;w=600', ratelimit: '"account";r=0;t=4' }
  })
  t.strictSame(log, [`wait: ${all}`])
  const patient = throttle()
  t.equal(await patient.counted(who, async ({ beforeWait }) => { await beforeWait(); return 'alice' }), 'alice')
})

t.test('whom others have overtaken meanwhile is told so before the password is looked at', async t => {
  const { counted } = throttle({ refuses: [{ counter, waitMs: 1 }] })
  const check = async ({ beforeWork }: Admission) => {
    await beforeWork()
    return t.fail('it went on')
  }
  await t.rejects(counted(who, check), { code: 'too_many_attempts', message: 'Too many attempts have failed. Try again in 1 second.', headers: { 'retry-after': '1' } })
})

t.test('who was refused here is asked about first as long as the wait lasts, so that none of the other counters keeps room for it', async t => {
  const { counted, log } = throttle({ refuses: [{ counter: { ...counter, subject: 'of alice@example.com' }, waitMs: 60_000 }] })
  const check = async ({ beforeWork }: Admission) => { await beforeWork(); return 'checked' }
  await t.rejects(counted(who, check), { code: 'too_many_attempts' })
  t.equal(await counted(who, check), 'checked', 'the counter has the last word')
  t.equal(await counted({ ...who, email: 'bob@example.com' }, check), 'checked')
  const others = all.replace('alice', 'bob')
  t.strictSame(log, [`reserve: ${all}`, `wait: ${all}`, `reserve: ${all}`, 'never was', `reserve: ${others}`, 'never was'])
})

t.test('without an address, and without a budget, nothing is counted there', async t => {
  const unknown = throttle()
  await unknown.counted({ ...who, address: '' }, async ({ beforeWait }) => { await beforeWait(); return null })
  t.strictSame(unknown.log, ['wait: account of alice@example.com, global all'])
  const none = createLoginThrottle({ counters: { longestWait: async asked => { t.strictSame(asked, []); return null }, reserve: async () => ({ settle: async () => {} }) }, subjects, budgets: {} })
  t.equal(await none.counted(who, async ({ beforeWait }) => { await beforeWait(); return 'alice' }), 'alice')
})

t.test('a known device is counted by itself alone; without a budget for it, like any other', async t => {
  const known = { ...who, device: 'tv' }
  const own = throttle()
  t.equal(await own.counted(known, async ({ beforeWork }) => { await beforeWork(); return null }), null)
  t.strictSame(own.log, ['reserve: device of tv', 'failed'])
  const none = throttle({}, { account: budget, address: budget, global: budget })
  await none.counted(known, async ({ beforeWait }) => { await beforeWait(); return null })
  t.strictSame(none.log, [`wait: ${all}`])
})

t.test('who is behind others that are being checked is told to come later, when one of them is settled', async t => {
  const behind: Refusal = { counter: { ...counter, subject: 'of alice@example.com' }, waitMs: 0 }
  const { counted, log } = throttle({ refuses: [behind] })
  const calls: string[] = []
  const second = counted(who, async ({ beforeWork }) => {
    const later = await beforeWork()
    if (later === undefined) return t.fail('it was let in')
    calls.push('waits')
    await later(Infinity)
    calls.push('comes again')
    t.equal(await beforeWork(), undefined)
    return 'second'
  })
  const first = counted(who, async ({ beforeWork }) => {
    await beforeWork()
    while (calls.length === 0) await new Promise(setImmediate)
    calls.push('is settled')
    return 'first'
  })
  t.strictSame(await Promise.all([first, second]), ['first', 'second'])
  t.strictSame(calls, ['waits', 'is settled', 'comes again'])
  t.equal(log.filter(line => line === 'never was').length, 2)
})
