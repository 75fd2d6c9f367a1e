import { serviceError, type ServiceError } from '../sessions/errors.ts'

/** A call that is about more than one call may be about; `what` says so in words, `cap` names the member. */
export function batchTooLarge (what: string, cap: string, actual: number, max: number): ServiceError {
  return serviceError('batch_too_large', `${what}; at most ${max} are allowed. Send them in parts.`, { extras: { cap, max, actual } })
}
