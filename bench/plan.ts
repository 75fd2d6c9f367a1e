import { createPatience, type Patience } from './quiet.ts'

/** How much is measured. */
export interface Plan {
  /** Interleaved rounds of each throughput and latency figure, and their length. */
  rounds: number
  seconds: number
  /** Sessions of others in the larger store. */
  others: number
  /** Simultaneous logins, one figure each, and the bcrypt costs at which they are measured. */
  logins: number[]
  costs: number[]
  /** How many times at each cost; the median tells. */
  storms: number
  /** Whether figures are held against their goals; counts and failed requests always are. */
  judges: boolean
  /** For one figure. */
  patience: () => Patience
}

export const fullPlan: Plan = { rounds: 11, seconds: 1, others: 100_000, logins: [100, 200], costs: [10, 12], storms: 3, judges: true, patience: () => createPatience(180_000) }

/** Shows in under a minute that everything runs and every request succeeds. */
export const quickPlan: Plan = { rounds: 1, seconds: 1, others: 2000, logins: [10], costs: [10], storms: 1, judges: false, patience: () => createPatience(0) }
