import { serviceError, type ServiceError } from '../sessions/errors.ts'
import type { Refusal } from './failure-counters.ts'

/** With `Retry-After` (RFC 9110) and the fields of draft-ietf-httpapi-ratelimit-headers-09, which name the policy that refused. */
export function tooManyAttempts ({ counter: { policy, budget }, waitMs }: Refusal): ServiceError {
  const seconds = Math.max(1, Math.ceil(waitMs / 1000))
  return serviceError('too_many_attempts', `Too many attempts have failed. Try again in ${seconds} second${seconds === 1 ? '' : 's'}.`, {
    headers: {
      'retry-after': String(seconds),
      'ratelimit-policy': `"${policy}";q=${budget.failures};w=${budget.windowMs / 1000}`,
      ratelimit: `"${policy}";r=0;t=${seconds}`
    }
  })
}
