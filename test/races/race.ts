import type { Arena } from './arena.ts'

/** What one round of a race came to. */
export interface Verdict {
  /** Which of the possible orders happened, such as `write first`; a race of which only one ever happens proves nothing. */
  order: string
  /** What must never be: a session accepted after its end was acknowledged, a lost write … */
  faults: string[]
}

export interface Race {
  name: string
  /** Settings of the two instances, beyond those of arena.ts. */
  settings?: Record<string, string>
  /** The orders that have to be seen at least once. */
  orders: string[]
  /** How many rounds may run at the same time; 1 where a round acts on all sessions of a user. */
  lanes: number
  /** Prepares, lets the two act against each other, and judges. */
  round (arena: Arena, number: number): Promise<Verdict>
}

/** The fault of an answer with a status that this race does not allow. */
export function unexpected (what: string, status: number, ...allowed: number[]): string[] {
  return allowed.includes(status) ? [] : [`${what} answered ${status}`]
}
