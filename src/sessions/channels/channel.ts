/** Names of channels: what devices of a user do one at a time, or a few at once. */
export const CHANNEL_PATTERN = '^[a-z][a-z0-9-]{0,31}$'

/** Channels of a user that a session holds at the same time, at most. */
export const MOST_CHANNELS = 16

/** What is known of a channel, by the store's clock. */
export interface Channel {
  /** Moved by every change, never the same again; 0 if nothing was ever there. */
  version: number
  /** Public id of the live session that holds it, or null. */
  holder: string | null
  /** Since when that session holds it; null if none does. */
  sinceMs: number | null
  /** As JSON text; `null` if none was ever set. */
  state: string
}

export type Taken =
  /** `notice`: id of the event that tells whoever held it until now and listens; null without such a one. */
  | { outcome: 'taken', channel: Channel, notice: string | null }
  | { outcome: 'conflict', version: number }
  | { outcome: 'too-many-channels' }

/** A place in a channel that has only so many. */
export interface Lease { sessionId: string, untilMs: number }

export interface LeaseAnswer {
  /** False: all places are taken, by those. */
  isGiven: boolean
  /** Every lease that holds, one's own included. */
  leases: Lease[]
}
