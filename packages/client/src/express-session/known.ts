import type { Holders, NewUserSession } from './holders.ts'
import type { Recent } from './recent.ts'
import { heldIn, type Held, type SessionData, type UserSession } from './session-data.ts'

/** What is known of the holder of a sid. */
export interface Known { id: string, etag: string, untilMs: number, user: UserSession | null }

/** What has ended never comes back. */
export const ENDED = 'ended'

/** The ETag of a holder to which nothing was written yet. */
export const UNWRITTEN = '"0"'

/** What the verbs of a store share. */
export interface Shared {
  holders: Holders
  dataPrefix: string
  ttlSeconds: number
  touchSeconds: number
  userOf: (session: SessionData) => string | NewUserSession | null | undefined
  onError: (error: unknown) => void
  /** By digest of the sid. */
  known: Recent<Known | typeof ENDED>
  /** As of when each session was got: one that has changed in another request since then is not that one. */
  loaded: WeakMap<SessionData, Known>
}

/** What was heard of it; that it has ended meanwhile is not forgotten by that. */
export function learn ({ known }: Shared, digest: string, state: Known): void {
  if (known.get(digest) !== ENDED) known.set(digest, state)
}

/** What the service holds for a sid at this moment; `held` is null if nothing was written yet. */
export async function look ({ holders, known, dataPrefix }: Shared, digest: string): Promise<{ id: string, etag: string, held: Held | null } | null> {
  const state = known.get(digest)
  if (state === ENDED) return null
  const id = state?.id ?? await holders.find(digest)
  if (id === null) return null
  const found = await holders.read(id)
  if (found === null) {
    known.set(digest, ENDED)
    return null
  }
  return { id, etag: found.etag, held: heldIn(found.data, dataPrefix) }
}

/** What is known of a sid, or else what the service knows. */
export async function stateOf (shared: Shared, digest: string): Promise<Known | null> {
  const state = shared.known.get(digest)
  if (state !== undefined && state !== ENDED) return state
  const found = await look(shared, digest)
  return found === null ? null : { id: found.id, etag: found.etag, untilMs: found.held?.untilMs ?? 0, user: found.held?.user ?? null }
}

/** Whether a deadline is worth writing: uses come at every request. */
export function isDue ({ touchSeconds }: Shared, state: Known, untilMs: number): boolean {
  const [gainedMs, leftMs] = [untilMs - state.untilMs, untilMs - Date.now()]
  return gainedMs < 0 || gainedMs >= Math.min(touchSeconds * 1000, leftMs / 10)
}
