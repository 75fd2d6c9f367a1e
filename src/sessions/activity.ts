import type { SessionTimes } from './session.ts'

/** Why sessions end. The list grows with what can end one; callers should not break on a reason that they do not know. */
export const endReasons = [
  'logged_out', 'ended_by_user', 'ended_by_service', 'ended_all', 'everybody_ended', 'replaced', 'evicted', 'binding_violated', 'reuse_detected', 'expired_idle', 'expired_absolute', 'expired',
  'disabled', 'password_changed', 'roles_changed', 'account_deleted', 'broken'
] as const

export type EndReason = typeof endReasons[number]

/** Why a session is ended, and the public id of the session that did it, if one did. */
export interface EndCause { reason: EndReason, actor?: string }

/** What an event says beyond itself; each kind of event has some of these. */
export interface ActivityDetails {
  reason?: string
  actor?: string
  /** Data keys that were changed; never what they hold. */
  keys?: string[]
  /** How many more keys were changed than are named. */
  moreKeys?: number
  /** How many changes of its kind this event stands for. */
  changes?: number
  generation?: number
  extendedUntilMs?: number
  /** The public id that the session had before. */
  formerSessionId?: string
  /** What tells that it is used from elsewhere. */
  signals?: string[]
  /** The limit that denied a login: of all sessions of the account, or of those on devices of that type. */
  limit?: { of: 'all' | 'deviceType', max: number }
  lifetime?: string
  ipAddress?: string
  userAgent?: string
}

/** One thing that happened to a session of a user. */
export interface ActivityEvent {
  /** Grows with every event of the user. */
  id: number
  atMs: number
  event: string
  sessionId: string
  details: ActivityDetails
}

/** What is left of a session that has ended. What was not known any more when its end was noticed is absent. */
export interface EndedSession {
  id: string
  userId?: string
  endedAtMs: number
  reason: string
  actor?: string
  createdAtMs?: number
  lastAccessedAtMs?: number
  generation?: number
  lifetime: string
  ipAddress: string
  userAgent: string
}

/** What is known of a session whose record exists. */
export interface SessionFacts {
  userId: string
  times: SessionTimes
  generation: number
  /** When the generation was first used, and until when its predecessor works; 0 for the first one. */
  generationSinceMs: number
  predecessorUntilMs: number
  /** Sessions of the user that were created until then are dead, except those that were kept; 0 if there is no such moment. */
  notBeforeMs: number
  /** The not-before that this session was kept through, or 0. */
  keptAtMs: number
  /** Whether it was opened under the young-session guard (policies/young-session.ts). */
  isGuarded: boolean
  /** Where it is bound to (devices/surroundings.ts). */
  binding: string
  /** Whether it was used from elsewhere since the password was last proven. */
  isFlagged: boolean
}

/** What is known of any session id, by the store's clock. */
export type Explanation =
  | { state: 'alive', nowMs: number, facts: SessionFacts }
  | { state: 'dead', nowMs: number, facts: SessionFacts, reason: string, actor?: string, sinceMs: number }
  | { state: 'ended', ended: EndedSession }
  | { state: 'broken' }
  | { state: 'unknown' }
