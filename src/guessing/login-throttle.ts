import { serviceError, type ServiceError } from '../sessions/errors.ts'
import type { Budget, Counter, FailureCounters, Policy, Refusal, Reservation } from './failure-counters.ts'
import type { Subjects } from './subjects.ts'

export interface LoginThrottleOptions {
  counters: FailureCounters
  subjects: Subjects
  /** A policy without a budget does not count. */
  budgets: Partial<Record<Policy, Budget>>
}

/** Who tries: the email as it was sent, the address, '' if there is none, and the device (or session) that is known for that account, null if none is. */
export interface Attempt { email: string, address: string, device: string | null }

export type LoginThrottle = ReturnType<typeof createLoginThrottle>

/**
 * Bounds how often a password can be guessed. Only failures count, of unknown accounts as of known ones. A known device is counted by itself
 * alone, so that others who guess at its account cannot keep its owner out.
 */
export function createLoginThrottle ({ counters, subjects, budgets }: LoginThrottleOptions) {
  function countersOf ({ email, address, device }: Attempt): Counter[] {
    const { account, address: network, global, device: own } = budgets
    if (device !== null && own !== undefined) return [{ policy: 'device', subject: subjects.device(device), budget: own }]
    return [
      ...account === undefined ? [] : [{ policy: 'account' as const, subject: subjects.account(email), budget: account }],
      ...network === undefined || address === '' ? [] : [{ policy: 'address' as const, subject: subjects.address(address), budget: network }],
      ...global === undefined ? [] : [{ policy: 'global' as const, subject: 'all', budget: global }]
    ]
  }

  return {
    /**
     * What `check` resolves to; `null` is a refusal of the credentials and the one outcome that counts. `check` has to call what it
     * is given before it looks at the password, as late as it can: from then on the attempt counts as failed until it is not.
     * @throws ServiceError `too_many_attempts`, `store_unavailable`, and what `check` throws
     */
    async counted<Result> (attempt: Attempt, check: (reserve: () => Promise<void>) => Promise<Result | null>): Promise<Result | null> {
      const concerned = countersOf(attempt)
      const wait = await counters.longestWait(concerned)
      if (wait !== null) throw tooManyAttempts(wait)

      const reserved: Reservation[] = []
      const giveBack = () => { for (const reservation of reserved) reservation.giveBack() }
      const reserve = async () => { reserved.push(admitted(await counters.reserve(concerned))) }
      const result = await check(reserve).catch(error => { giveBack(); throw error })
      // Not waited for: it travels with what the caller asks next.
      if (result !== null) giveBack()
      return result
    }
  }
}

function admitted (outcome: Reservation | Refusal): Reservation {
  if ('waitMs' in outcome) throw tooManyAttempts(outcome)
  return outcome
}

/** With `Retry-After` (RFC 9110) and the fields of draft-ietf-httpapi-ratelimit-headers-09, which name the policy that refused. */
function tooManyAttempts ({ counter: { policy, budget }, waitMs }: Refusal): ServiceError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000))
  return serviceError('too_many_attempts', `Too many logins have failed. Try again in ${seconds} second${seconds === 1 ? '' : 's'}.`, {
    headers: {
      'retry-after': String(seconds),
      'ratelimit-policy': `"${policy}";q=${budget.failures};w=${budget.windowMs / 1000}`,
      ratelimit: `"${policy}";r=0;t=${seconds}`
    }
  })
}
