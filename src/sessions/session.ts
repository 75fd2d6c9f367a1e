import type { DeviceType } from './devices/device.ts'

/** Where a request comes from. */
export interface Origin { ipAddress: string, userAgent: string }

/** What travels with a session about its user, so that a validation needs no second read. */
export interface Profile {
  email: string
  name: string
  roles: string[]
  /** What another service that opened the session says of its user. */
  claims?: Record<string, unknown>
  /** The name of that service; absent if the user logged in here. */
  openedBy?: string
}

/** A live session, as a validation sees it. Times are epoch milliseconds of Redis. */
export interface Session {
  /** The public id: shown in lists, logs and URLs; opens nothing. */
  id: string
  userId: string
  profile: Profile
  times: SessionTimes
  rotation: Rotation
  /** Where it was opened from, to compare with (devices/surroundings.ts). */
  binding: string
  /** Where it was last used from before this use, as much of it as is kept; null if this use is not written down either (one a touch interval is). */
  lastOrigin: Origin | null
  /** What was made of its facts before, by whom (made-once.ts), of a verdict that is repeated, or says what the one before it said; absent if it is used once. */
  made?: unknown[]
}

/** A session as its first validation sees it. */
export function openedSession (id: string, { userId, profile, binding }: Pick<Session, 'userId' | 'profile' | 'binding'>, times: SessionTimes): Session {
  return { id, userId, profile, times, rotation: 'possible', binding, lastOrigin: null }
}

/** What is the same in one verdict after the other, until something of the session is changed. */
export type Facts = Pick<Session, 'id' | 'userId' | 'profile' | 'times' | 'binding' | 'made'>

/** What the store last told of a session, also in its own words. */
export interface Told extends Facts { text: string }

/** What a validation found. */
export interface Validated extends Session {
  /** How long the next validation of the same credential finds the same, if nothing is changed meanwhile; below 0 if a use should have been recorded and this was none. */
  goodForMs: number
  /** Until when this verdict is repeated, on the monotonic clock; absent if it is not. */
  goodUntilMs?: number
  /** Whether this was the first use of a new generation, which changes what the others are worth. */
  isAdvanced: boolean
}

/**
 * Whether a credential is to be replaced. `due`: the client is to get the next one with this answer. `done`: it replaced another one that
 * is still good for a while, and a further one would end that while at once.
 */
export type Rotation = 'possible' | 'due' | 'done'

export interface SessionTimes {
  createdAtMs: number
  /** At most one touch interval older than the last use. */
  lastAccessedAtMs: number
  /** How long the session may stay unused. */
  idleMs: number
  /** When it ends in any case; nothing moves it. */
  absoluteDeadlineMs: number
  /** Until when an extension lets it stay unused; 0 if there was none. */
  extendedUntilMs: number
  /** When the password was last proven. */
  authenticatedAtMs: number
}

/** A live session, as a list shows it. */
export interface SessionDescription {
  id: string
  userId: string
  times: SessionTimes
  /** Where it was opened from. */
  ipAddress: string
  userAgent: string
  /** By the user agent of the login, however much of that is kept. */
  deviceType: DeviceType
  /** Where its user was last seen, at most a touch interval before lastAccessedAtMs unless another service asked about it since. */
  lastIpAddress: string
  lastUserAgent: string
  /** Whether it was used from elsewhere since the password was last proven. */
  isFlagged: boolean
  /** Name of the lifetime profile that it was opened with. */
  lifetime: string
  /** As the login or a rename gave it. */
  deviceName?: string
  /** As the login gave them. */
  capabilities?: string[]
}

/** The moment from which the idle timeout may end the session: never earlier, at most one touch interval later. */
export function idleDeadlineMs (times: SessionTimes): number {
  return Math.max(times.lastAccessedAtMs + times.idleMs, times.extendedUntilMs)
}

/** The deadline that comes first. */
export function expiresAtMs (times: SessionTimes): number {
  return Math.min(idleDeadlineMs(times), times.absoluteDeadlineMs)
}
