/** Something that has ended before its deadline: one session, or those of a user, or of everybody, that were opened until a moment. */
export type Revocation = RevokedSession | RevokedUser | RevokedEverybody

interface Told {
  reason: string
  /** From when on nothing can be accepted for it any more, whoever forgets this. */
  expiresAtMs: number
  position: Position
}

export interface RevokedSession extends Told { userId: string, sessionId: string }

export interface RevokedEverybody extends Told {
  /** Whoever was authenticated until then is logged out, by the clock of the store. */
  beforeMs: number
}

export interface RevokedUser extends RevokedEverybody {
  userId: string
  /** The one session that goes on. */
  exceptId: string | null
}

/** A place in the feed, `<ms>-<number>`; opaque to those who read it. */
export type Position = `${number}-${number}`

/** A part of the feed, in order. */
export interface RevocationPage {
  revocations: Revocation[]
  /** Behind the last of them: where to go on. */
  position: Position
  /** Whether there is more already. */
  isMore: boolean
  /** How long ago the moment is before which every end is in the feed (ms); null while nobody knows. */
  ageMs: number | null
}

/** One of a feed that is known to be whole until some moment. */
export interface WholePage extends RevocationPage { ageMs: number }

const SYNTAX = /^(\d{1,15})-(\d{1,15})$/

export function isPosition (text: string): text is Position {
  return SYNTAX.test(text)
}

/** Whether one place is behind another. */
export function isBehind (position: Position, other: Position): boolean {
  const [ms, number] = partsOf(position)
  const [otherMs, otherNumber] = partsOf(other)
  return ms === otherMs ? number > otherNumber : ms > otherMs
}

/** A place before that one, with nothing in between that is in the feed: moments are milliseconds, and their first entry has the number 0. */
export function beforeOf (position: Position): Position {
  const [ms, number] = partsOf(position)
  return number > 0 ? `${ms}-${number - 1}` : `${ms - 1}-999999999999999`
}

export function partsOf (position: Position): [ms: number, number: number] {
  const [ms = '', number = ''] = position.split('-')
  return [Number(ms), Number(number)]
}
