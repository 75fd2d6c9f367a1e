import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { Budget, Total } from '../../src/guessing/failure-counters.ts'
import { createInvalidCredentials, type InvalidCredentialsOptions } from '../../src/guessing/invalid-credentials.ts'

const budget: Budget = { failures: 3, windowMs: 60_000, longestWaitMs: 0 }

/** A count over totals that answer as told, with a clock of its own; `asked` says what was added to them. */
function counting (t: Test, options: Partial<InvalidCredentialsOptions> & { answer?: (failures: number) => Promise<Total> } = {}) {
  const asked: string[] = []
  let clockMs = 5000
  const stored = new Map<string, number>()
  const totals = {
    async add ({ subject }: { subject: string }, failures: number): Promise<Total> {
      asked.push(`${subject} ${failures}`)
      if (options.answer !== undefined) return options.answer(failures)
      stored.set(subject, (stored.get(subject) ?? 0) + failures)
      return { failures: stored.get(subject) ?? 0, endsInMs: 60_000 }
    }
  }
  const counted = createInvalidCredentials({ totals, subjects: { address: address => `of ${address}` }, budget, flushEveryMs: 20, now: () => clockMs, ...options })
  t.teardown(() => counted.close())
  const countAll = (addresses: string[]) => addresses.map(address => counted.count(address)?.waitMs ?? null)
  return { ...counted, asked, stored, countAll, pass: (ms: number) => { clockMs += ms } }
}

t.test('a source may send as many as its budget says; then it waits until its window ends, and is not counted', async t => {
  const { count, countAll, pass, asked } = counting(t)
  t.strictSame(countAll(['203.0.113.7', '203.0.113.7', '203.0.113.7']), [null, null, null])
  pass(1000)
  t.match(count('203.0.113.7'), { counter: { policy: 'credential', subject: 'of 203.0.113.7', budget }, waitMs: 59_000 })
  t.equal(count('203.0.113.8'), null, 'its neighbour')
  await sleep(50) // the flush is on a timer
  t.strictSame(asked.sort(), ['of 203.0.113.7 3', 'of 203.0.113.8 1'])
  pass(60_000)
  t.equal(count('203.0.113.7'), null, 'the window is over')
})

t.test('a /64 is one source', async t => {
  const { countAll } = counting(t)
  t.strictSame(countAll(['2001:db8:1:2::1', '2001:db8:1:2::2', '2001:db8:1:2:3:4:5:6', '2001:db8:1:2::3', '2001:db8:1:3::1']), [null, null, null, 60_000, null])
})

t.test('what other instances have counted counts from the next flush on', async t => {
  const { count, stored } = counting(t)
  stored.set('of 203.0.113.7', 2)
  t.equal(count('203.0.113.7'), null)
  t.equal(count('203.0.113.7'), null, 'not known yet')
  await sleep(50) // the flush is on a timer
  t.match(count('203.0.113.7'), { waitMs: 60_000 })
})

t.test('what is counted while a flush is under way is told by the next one', async t => {
  let answer = (_total: Total) => {}
  const { count, asked } = counting(t, { budget: { ...budget, failures: 100 }, answer: () => new Promise(resolve => { answer = resolve }) })
  for (let i = 0; i < 2; i++) count('203.0.113.7')
  await sleep(60) // several flushes later
  t.strictSame(asked, ['of 203.0.113.7 2'], 'one flush at a time')
  count('203.0.113.7')
  answer({ failures: 2, endsInMs: 60_000 })
  await sleep(50) // the next flush
  t.strictSame(asked, ['of 203.0.113.7 2', 'of 203.0.113.7 1'])
  answer({ failures: 3, endsInMs: 60_000 })
})

t.test('while the totals cannot be reached it goes on here, and tells them later', async t => {
  let isAway = true
  const { countAll, asked } = counting(t, {
    answer: async failures => {
      if (isAway) throw new Error('away')
      return { failures, endsInMs: 60_000 }
    }
  })
  t.strictSame(countAll(Array(5).fill('203.0.113.7')), [null, null, null, 60_000, 60_000])
  await sleep(50) // the flush is on a timer
  t.ok(asked.length >= 2)
  t.strictSame(countAll(['203.0.113.7']), [60_000])
  isAway = false
  await sleep(50)
  const told = asked.length
  await sleep(50)
  t.equal(asked.length, told, 'then there is nothing to tell')
  t.strictSame(new Set(asked), new Set(['of 203.0.113.7 3']))
})

t.test('however many sources there are, a few thousand are remembered, and a flush asks for 250', async t => {
  const { count, size, asked } = counting(t)
  for (let i = 0; i < 10_000; i++) count(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`)
  t.equal(size(), 4096)
  while (asked.length === 0) await sleep(1)
  t.equal(asked.length, 250)
  t.equal(asked[0], `of 10.0.${(10_000 - 4096) >> 8}.${(10_000 - 4096) & 255} 1`, 'those that waited longest')
})

t.test('nothing is told more often than once a second unless it is asked for', async t => {
  const { count, asked } = counting(t, { flushEveryMs: undefined, budget: { ...budget, failures: 1_000_000 } })
  const endMs = performance.now() + 2500
  while (performance.now() < endMs) {
    count('203.0.113.7')
    await sleep(5)
  }
  t.ok(asked.length >= 1 && asked.length <= 2, `${asked.length} times in two and a half seconds`)
})
