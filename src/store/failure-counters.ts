import type { Counter, FailureCounters, FailureTotals, Refusal, Reservation } from '../guessing/failure-counters.ts'
import { createCall, type CallOptions } from './call.ts'
import type { Keys } from './keys.ts'
import type { RedisClient } from './scripts.ts'

export interface FailureCountersOptions extends CallOptions {
  client: RedisClient
  keys: Keys
}

/** FailureCounters and FailureTotals over Redis: each counter in a slot of its own, one script call for each, all sent together. */
export function createFailureCounters (options: FailureCountersOptions): FailureCounters & FailureTotals {
  const { client, keys } = options
  const { call } = createCall(options)
  const keyOf = ({ policy, subject }: Counter) => keys.loginFailures(policy, subject)

  async function waitFor (counter: Counter): Promise<Refusal> {
    const { failures, longestWaitMs } = counter.budget
    return { counter, waitMs: Number(await call(() => client.failuresWait(keyOf(counter), failures, longestWaitMs))) }
  }

  async function reserveIn (counter: Counter): Promise<Reservation | Refusal> {
    const { failures, longestWaitMs, windowMs } = counter.budget
    const [isLetIn, first, bucket] = await call(() => client.failuresReserve(keyOf(counter), failures, longestWaitMs, windowMs))
    if (isLetIn === 0) return { counter, waitMs: Number(first) }
    const settle = (hasFailed: boolean) => call(() => client.failuresSettle(keyOf(counter), failures, longestWaitMs, first, bucket, hasFailed ? '1' : '0'))
    return { settle: hasFailed => settle(hasFailed).then(() => {}, () => {}) }
  }

  return {
    async longestWait (counters) {
      const waits = await Promise.all(counters.map(waitFor))
      return longest(waits.filter(({ waitMs }) => waitMs > 0))
    },

    async reserve (counters) {
      const outcomes = await Promise.allSettled(counters.map(reserveIn))
      const known = outcomes.flatMap(outcome => outcome.status === 'fulfilled' ? [outcome.value] : [])
      const reservations = known.flatMap(outcome => 'settle' in outcome ? [outcome] : [])
      const settle = async (hasFailed: boolean) => { await Promise.all(reservations.map(reservation => reservation.settle(hasFailed))) }
      const broken = outcomes.find(outcome => outcome.status === 'rejected')
      const refusal = longest(known.flatMap(outcome => 'waitMs' in outcome ? [outcome] : []))
      if (broken === undefined && refusal === null) return { settle }
      await settle(false)
      if (refusal === null || broken !== undefined) throw broken?.reason
      return refusal
    },

    async add (counter, failures) {
      const [total, endsInMs] = await call(() => client.failuresAdd(keyOf(counter), failures, counter.budget.windowMs))
      return { failures: Number(total), endsInMs: Number(endsInMs) }
    }
  }
}

/** The one that asks to wait longest; null if there is none. */
function longest (refusals: Refusal[]): Refusal | null {
  const [first = null] = refusals.sort((a, b) => b.waitMs - a.waitMs)
  return first
}
