import type { Test } from 'tap'
import type { HistoryLimits, SessionStore } from '../../../src/sessions/store.ts'

export interface ContractOptions {
  /** Default: 1000. */
  touchIntervalMs?: number
  /** Default: 30 s. */
  graceMs?: number
  /** Default: 0, never. */
  rotateAfterMs?: number
  /** Default: 64 keys, 16 KiB. */
  dataLimits?: { keys: number, bytes: number }
  /** Default: 200 events for 90 days, ended sessions for 7. */
  historyLimits?: HistoryLimits
}

/** Makes a store that is empty, and further instances on the same data. */
export type MakeStore = (t: Test, options?: ContractOptions) => Promise<{ store: SessionStore, another: (changes?: ContractOptions) => Promise<SessionStore> }>

/** A subject of the contract. */
export type Behaviours = (t: Test, makeStore: MakeStore) => Promise<void>
