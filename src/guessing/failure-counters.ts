/**
 * What is counted apart: failed logins of one account, from one address, and all of them; instead of these, those from one known device.
 * Credentials that are worth nothing, and sessions that are opened without a login, from one address.
 */
export type Policy = 'account' | 'address' | 'global' | 'device' | 'credential' | 'anonymous'

/** How many failures are let in, and what follows when they are used up. */
export interface Budget {
  failures: number
  /** From the first failure on; then all of them are forgotten. */
  windowMs: number
  /** Waits after the budget double from a second up to this; 0: nothing is let in until the window ends. */
  longestWaitMs: number
}

/** One counter; `subject` is whose it is, under a name that tells nobody (subjects.ts). */
export interface Counter { policy: Policy, subject: string, budget: Budget }

/** The counter that asks to wait longest, and how long (ms); 0: for no failure, but until one of the attempts that are being checked is settled. */
export interface Refusal { counter: Counter, waitMs: number }

/** Room for one failure in each counter, while the password is being checked. */
export interface Reservation {
  /** Makes it a failure, or leaves no trace of it; never rejects: what is not settled within 30 to 40 seconds has failed. */
  settle: (hasFailed: boolean) => Promise<void>
}

/** Where failed logins are counted. Each verb throws `store_unavailable` if one of the counters cannot be reached. */
export interface FailureCounters {
  /** Null if nobody has to wait; counts nothing. One round trip. */
  longestWait (counters: Counter[]): Promise<Refusal | null>
  /** Keeps room for a failure in every counter or, if one of them has none, in none. One round trip, two if refused. */
  reserve (counters: Counter[]): Promise<Reservation | Refusal>
}

/** A counter after an addition, and how long until its window ends (ms). */
export interface Total { failures: number, endsInMs: number }

/** Where failures are counted that have happened already. */
export interface FailureTotals {
  /** Adds them, whatever the budget says. Throws `store_unavailable`; they may have been counted then. */
  add: (counter: Counter, failures: number) => Promise<Total>
}
