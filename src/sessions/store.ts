import type { Channel, Lease, LeaseAnswer, Taken } from './channels/channel.ts'
import type { Credential } from './credential.ts'
import type { ActivityEvent, EndCause, EndedSession, Explanation } from './activity.ts'
import type { Device } from './devices/device.ts'
import type { NewSessionLimits } from './policies/limits.ts'
import type { Signal } from './devices/surroundings.ts'
import type { Origin, Profile, SessionDescription, SessionTimes, Validated } from './session.ts'

/** An answer that may be there at once. */
export type Answer<Found> = Found | Promise<Found>

/** A session is used from elsewhere. */
export interface ChangedBinding {
  /** What the request shows (devices/surroundings.ts). */
  binding: string
  signals: Signal[]
  /** As much of it as is captured. */
  ipAddress: string
  /** Whether the session is compared with it from now on; otherwise with what it was bound to before. */
  isAccepted: boolean
}

/** What a login told of its device. */
export interface NewDevice {
  /** Keyed hashes of the device id, one for each key of the keyring; the first is stored (devices/device-id.ts). */
  idHashes?: string[]
  name?: string
  capabilities?: string[]
}

/** Everything that a new session starts with. */
export interface NewSession {
  credential: Credential
  userId: string
  profile: Profile
  /** Name of the lifetime profile that the two come from. */
  lifetime: string
  idleMs: number
  absoluteMs: number
  ipAddress: string
  userAgent: string
  /** What the user agent says of the device's type: it is counted under it. */
  deviceType: Device['type']
  limits: NewSessionLimits
  /** A session of the user to end for this one, whether it has to or not. */
  endId: string | null
  /** A session of the user in whose place it comes: it ends too, as replaced. */
  replacedId?: string | null
  /** Whether its credential is replaced by policy, at a certain age. */
  rotates: boolean
  /** Where it is opened from (devices/surroundings.ts). */
  binding: string
  device?: NewDevice
  /** Data that it begins with, JSON text by key, within the caps: version 1, if there is any. */
  data?: Map<string, string>
  /** Whether it may end older sessions only after a time (policies/young-session.ts); it takes nobody's place then. */
  isGuarded?: boolean
}

/** What is known of a session that was stored. */
export interface Created extends SessionTimes {
  /** How long a validation of its credential finds the same, from when the store was asked, if nothing is changed meanwhile. */
  goodForMs: number
  /** How long before it all sessions of the user were ended, by the store's clock; null if that is not remembered. */
  sinceEndAllMs: number | null
}

/** An extended session, by the store's clock. */
export interface Extended { nowMs: number, times: SessionTimes }

/** A session that took the place of another one. */
export interface Replaced {
  times: SessionTimes
  /** Name of the lifetime profile that it was opened with. */
  lifetime: string
}

export interface PageRequest {
  limit: number
  /** The last session of the page before, or null for the first page. */
  after: { createdAtMs: number, id: string } | null
  /** Only those on devices of this type; null or absent: all. */
  deviceType?: Device['type'] | null
}

export interface SessionPage {
  /** All live sessions of the user that were asked for, not only this page's. */
  count: number
  sessions: SessionDescription[]
}

/** Data of a session, or of a user: JSON texts by key, and the one version of all of them, +1 at every change. */
export interface StoredData { version: number, values: Map<string, string> }

export interface DataChange {
  /** JSON text by key; null removes the key. */
  values: Map<string, string | null>
  /** Versions that the change may be applied to, or null for any. */
  ifVersion: number[] | null
}

export type DataWritten =
  | { outcome: 'written', version: number, removed: number }
  | { outcome: 'conflict', version: number }
  | { outcome: 'too-many-keys', count: number }
  | { outcome: 'too-many-bytes', bytes: number }
  /** A login is taking the place of the session (anonymous.ts). */
  | { outcome: 'claimed' }

/** A session that takes the place of an anonymous one. */
export interface Successor { id: string, userId: string }

/** What there is to carry over: the data of the session that is claimed now, or the sessions that took its place lately, one after the other, the last one first. */
export type Claimed = { values: Map<string, string> } | { values: null, takenBy: Successor[] }

/** How much of the past is kept. */
export interface HistoryLimits {
  /** Events a user. */
  entries: number
  /** How long an event is shown; all of them go when nothing has happened for this long. */
  retentionMs: number
  /** How long an ended session is listed. */
  endedMs: number
}

export interface Activity {
  /** Newest first. */
  events: ActivityEvent[]
  /** Whether the session that was asked for is the user's, alive or ended. */
  isOwn: boolean
}

/**
 * Where sessions live. Absent or dead is `null` (or `false`, or 0); broken throws `store_unavailable`.
 * No verb on a dead session creates, extends or changes anything; each judges and acts in one atomic step.
 */
export interface SessionStore {
  /**
   * Stores a new session; it is in its user's list, and whoever had to give way is gone, when the promise resolves. With a device id it
   * replaces the user's session with the same one: a device has exactly one, however many log in at once.
   * @throws ServiceError `session_limit_reached`; nothing has changed then
   */
  create (session: NewSession): Promise<Created>
  /**
   * Judges a credential whose MAC is good; records the use, at most once a touch interval. One round trip. Unless it is `strict`, the
   * verdict may be one of up to a second ago, as long as nothing has been heard that changes it (near-cache/): then there is nothing to wait for.
   * If `isUse` is false, nothing is recorded, whatever else the verdict brings about, and it is the one of this moment.
   */
  validate (credential: Credential, strict?: boolean, isUse?: boolean): Answer<Validated | null>
  /** Lets that session stay unused for `ms` from now, never past its absolute deadline; a longer extension that holds stays. */
  extend (id: string, ms: number): Promise<Extended | null>
  /** Names the device of that session if it is alive and the user's. Says whether it is. */
  rename (userId: string, id: string, deviceName: string): Promise<boolean>
  /**
   * Puts a new session in the place of that one, as of a password that was proven now: another id and secret, everything else as it
   * was but for the binding, if one is given. The old one is dead at once. Of several at the same time one succeeds. The history says from where it was proven.
   */
  replace (id: string, successor: Credential, binding?: string, from?: Origin): Promise<Replaced | null>
  /** Notes that a live session is used from elsewhere. Says whether that is new. */
  flag (id: string, change: ChangedBinding): Promise<boolean>
  /** Keeps where a live session was last used from, as lists show it. Says whether that is new. */
  noteOrigin (id: string, origin: Origin): Promise<boolean>
  /** Ends that session if it is alive and the user's; by itself (`logged_out`) unless `cause` says otherwise. Says whether it ended one. */
  end (userId: string, id: string, cause?: EndCause): Promise<boolean>
  /** Ends all sessions of the user at once, except `keepId`; resolves when they are also deleted, to how many there were. The reason is `ended_all` unless `cause` says otherwise. */
  endAll (userId: string, keepId: string | null, cause?: EndCause): Promise<number>
  /** The same for all but that one, which has to be alive: null, and nothing has changed, if it is not. */
  endOthers (userId: string, id: string, cause?: EndCause): Promise<number | null>
  /** Ends all sessions of everybody, on this instance at once and on the others within half a second. Costs the same at any number; the reason is `everybody_ended`. */
  endEverybody (): Promise<void>
  /** A page of the user's live sessions, newest first. Two round trips: what ends between them is left out. */
  list (userId: string, page: PageRequest): Promise<SessionPage>
  /**
   * Some of the users who have sessions, or had them lately, from a place on, in no order; without one from the beginning. `at` is that place by name, `next` the one behind them, null behind
   * the last. Who has a session all the while is among them, some twice; if the masters or their slots change, it begins again. @throws ServiceError `malformed_cursor`
   */
  someUsers (place: string | null): Promise<{ at: string, userIds: string[], next: string | null }>
  /** How many live sessions the user has on devices of each type; a type without any may be left out. One round trip. */
  countOf (userId: string): Promise<ReadonlyMap<Device['type'], number>>
  /** What a list would show of that session. */
  describe (id: string): Promise<SessionDescription & { profile: Profile } | null>
  /** The data of a session: all of it, or one key. */
  readData (id: string, key: string | null): Promise<StoredData | null>
  /** Applies all of a change or nothing. */
  writeData (id: string, change: DataChange): Promise<DataWritten | null>
  /**
   * Claims an anonymous session for one that is about to be opened in its place: for a minute at most nobody else changes its data. Sessions that were opened for claims before, and whose place this one
   * takes, are ended. Null if that credential is of no live anonymous session, and of none whose place was taken within the last minute by the same user. @throws ServiceError `login_busy`
   */
  claim (credential: Credential, successor: Successor): Promise<Claimed | null>
  /** Ends the anonymous session, as replaced by who has claimed it. False, and nothing has changed, if the claim is not theirs any more; true if it was done before. */
  promote (id: string, successor: Successor): Promise<boolean>
  /** Gives that claim up: the session goes on. `isOpened`: whether the successor may have been opened. */
  unclaim (id: string, successor: Successor, isOpened: boolean): Promise<void>
  /** Whether the place of that session was taken within the last minute. */
  isTaken (credential: Credential): Promise<boolean>
  /** The state that all sessions of the user share, asked for by one of them: all of it, or one key. */
  readUserData (id: string, key: string | null): Promise<StoredData | null>
  /** Applies all of a change to it or nothing. It outlives the user's last session. */
  writeUserData (id: string, change: DataChange): Promise<DataWritten | null>
  /** Makes that session the holder of a channel of its user, with that state (JSON; null: the one that it has) and if that is the version (null: any). */
  takeChannel (id: string, name: string, change: { state: string | null, ifVersion: number | null }): Promise<Taken | null>
  /** The channel as that session sees it. */
  readChannel (id: string, name: string): Promise<Channel | null>
  /** Takes that session out of a channel that it holds. Says whether it did. */
  releaseChannel (id: string, name: string): Promise<boolean | null>
  /** Gives that session a place in a channel for so long, or keeps its own. Never more than `max` have one, except those that had when there were more. */
  takeLease (id: string, name: string, rules: { max: number, leaseMs: number }): Promise<LeaseAnswer | null>
  /** The leases of a channel that hold, as that session sees them. */
  readLeases (id: string, name: string): Promise<Lease[] | null>
  /** Gives its place back. Says whether it had one. */
  releaseLease (id: string, name: string): Promise<boolean | null>
  /** What happened to the user's sessions, as far as it is kept; also whether `sessionId` is one of them. One round trip. */
  activity (userId: string, sessionId: string | null): Promise<Activity>
  /** The user's sessions that have ended, as far as they are kept, newest end first. One round trip. */
  listEnded (userId: string): Promise<EndedSession[]>
  /** Erases what happened to a user's sessions, and what they shared. After an end of all of them for `account_deleted` nothing is written down any more. */
  eraseHistory (userId: string): Promise<void>
  /** What is known of any session; looking at it is no use of it. */
  explain (id: string): Promise<Explanation>
  /** Live sessions of all users; created and ended ones exact to 1 s, idle expiry to 10 s. Costs the same at any number. */
  countLive (): Promise<number>
  /** Throws `store_unavailable` at once if the store is known to be away: before work that would be in vain. */
  assertAvailable (): void
  /** Whether it takes writes now; throws `store_unavailable` if not. */
  probe (): Promise<void>
}
