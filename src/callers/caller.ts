import type { PublicKey } from './public-key.ts'
import type { Scope } from './scope.ts'

/** Another service of the company, as this one knows it. */
export interface Caller {
  /** Its name, unique: 1 to 63 lower-case letters, digits and dashes, a letter first. */
  name: string
  scopes: Scope[]
  /** What the keys of session data begin with that it is shown; '' for all. */
  dataPrefix: string
}

/** A caller, as operators see it. */
export interface CallerAccount extends Caller {
  /** Milliseconds since the epoch. */
  createdAtMs: number
  /** At most two, oldest first. */
  keys: KeyAccount[]
}

/** A key, as operators see it: nothing of it that opens anything. */
export interface KeyAccount {
  id: string
  createdAtMs: number
  /** When it was last used, to a few seconds; null if never. */
  lastUsedAtMs: number | null
  /** What it verifies assertions with; null of a secret. */
  publicKey: PublicKey | null
}

export const CALLER_NAME_PATTERN = '^[a-z][a-z0-9-]{0,62}$'

/** As of data keys themselves (docs/data.md). */
export const DATA_PREFIX_PATTERN = '^[!-~]{0,64}$'
