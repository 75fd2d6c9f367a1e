/**
 * What is counted apart: failed logins of one account, from one address, and all of them; instead of these, those from one known device.
 * And credentials that are worth nothing, from one address.
 */
export type Policy = 'account' | 'address' | 'global' | 'device' | 'credential'

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

/** The counter that asks to wait longest, and how long (ms). */
export interface Refusal { counter: Counter, waitMs: number }

/** One failure counted in advance in each counter. */
export interface Reservation {
  /** Takes it back; never rejects: what cannot be taken back expires. */
  giveBack: () => Promise<void>
}

/** Where failed logins are counted. Each verb throws `store_unavailable` if one of the counters cannot be reached. */
export interface FailureCounters {
  /** Null if nobody has to wait; counts nothing. One round trip. */
  longestWait (counters: Counter[]): Promise<Refusal | null>
  /** Counts a failure in every counter or, if one of them has no room, in none. One round trip, two if refused. */
  reserve (counters: Counter[]): Promise<Reservation | Refusal>
}

/** A counter after an addition, and how long until its window ends (ms). */
export interface Total { failures: number, endsInMs: number }

/** Where failures are counted that have happened already. */
export interface FailureTotals {
  /** Adds them, whatever the budget says. Throws `store_unavailable`; they may have been counted then. */
  add: (counter: Counter, failures: number) => Promise<Total>
}
