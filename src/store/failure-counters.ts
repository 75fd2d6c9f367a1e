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
    const [counted, first, blockedUntil] = await call(() => client.failuresReserve(keyOf(counter), failures, longestWaitMs, windowMs))
    if (counted === 0) return { counter, waitMs: Number(first) }
    const giveBack = () => call(() => client.failuresGiveBack(keyOf(counter), first, blockedUntil))
    return { giveBack: () => giveBack().then(() => {}, () => {}) }
  }

  return {
    async longestWait (counters) {
      return longest(await Promise.all(counters.map(waitFor)))
    },

    async reserve (counters) {
      const outcomes = await Promise.allSettled(counters.map(reserveIn))
      const known = outcomes.flatMap(outcome => outcome.status === 'fulfilled' ? [outcome.value] : [])
      const reservations = known.flatMap(outcome => 'giveBack' in outcome ? [outcome] : [])
      const giveBack = async () => { await Promise.all(reservations.map(reservation => reservation.giveBack())) }
      const broken = outcomes.find(outcome => outcome.status === 'rejected')
      const refusal = longest(known.flatMap(outcome => 'waitMs' in outcome ? [outcome] : []))
      if (broken === undefined && refusal === null) return { giveBack }
      await giveBack()
      if (refusal === null || broken !== undefined) throw broken?.reason
      return refusal
    },

    async add (counter, failures) {
      const [total, endsInMs] = await call(() => client.failuresAdd(keyOf(counter), failures, counter.budget.windowMs))
      return { failures: Number(total), endsInMs: Number(endsInMs) }
    }
  }
}

/** The one that asks to wait longest; null if none asks at all. */
function longest (refusals: Refusal[]): Refusal | null {
  const [first = null] = refusals.filter(({ waitMs }) => waitMs > 0).sort((a, b) => b.waitMs - a.waitMs)
  return first
}
