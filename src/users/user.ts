/** Somebody who may log in, as the rest of the service sees them. The password hash is never part of it. */
export interface User {
  /** Positive integer. 1 to 1000 are kept for accounts with a fixed id, such as the demo accounts. */
  id: number
  /** Lower case, unique. */
  email: string
  name: string
  roles: string[]
  /** A disabled account keeps its row and cannot log in. */
  disabled: boolean
}

/** A user and since when there is one. */
export interface Account extends User {
  /** Milliseconds since the epoch. */
  createdAtMs: number
}

/** Whom a change is for: the email in any case, or the id. */
export type Who = string | number

/** A role, as sessions carry it and routes ask for it. */
export const ROLE_PATTERN = '^[a-z][a-z0-9-]{0,31}$'

/** What a login needs to know, read in one go so that it costs the same for a known and an unknown email. */
export interface LoginCandidate {
  /** `null`: nobody has this email. */
  user: User | null
  passwordHash: string | null
  /** The highest bcrypt cost stored for anybody: the work to which every refusal is levelled. `null`: there are no users. */
  levelCost: number | null
}
