import type { NewUserSession } from './holders.ts'
import { ENDED, isDue, learn, stateOf, UNWRITTEN, type Known, type Shared } from './known.ts'
import { dataOf, snapshotOf, type SessionData, type UserSession } from './session-data.ts'

/**
 * Stores a session that ends at `untilMs`, over what is there or only over `ifEtag`. Says whether it did: not one that has ended, or whose user's session
 * has, since it was got. What the session is when this is called is stored, whatever becomes of the object.
 * @throws SessionServiceError `version_conflict` with `ifEtag`, `data_limit_exceeded`, `session_limit_reached`, …; TypeError for a name that cannot be kept
 */
export function createWrite (shared: Shared) {
  const { holders, dataPrefix, userOf, known, loaded } = shared

  /** Known, or opened: whoever else does so now opens the same. */
  async function holderOf (digest: string, session: SessionData): Promise<Known | null> {
    const state = loaded.get(session) ?? await stateOf(shared, digest)
    if (known.get(digest) === ENDED) return null
    return state ?? { id: await holders.open(digest), etag: UNWRITTEN, untilMs: 0, user: null }
  }

  /** It ended while it was written. */
  async function giveUp (digest: string, holderId: string, user: UserSession | null): Promise<false> {
    known.set(digest, ENDED)
    await holders.end(holderId, ...user === null ? [] : [user.id])
    return false
  }

  return async (digest: string, session: SessionData, untilMs: number, ifEtag?: string): Promise<boolean> => {
    const [snapshot, wanted] = [snapshotOf(session), wantedOf(userOf(session))]
    const state = await holderOf(digest, session)
    if (state === null) return false
    const user = await userSessionFor(shared, `${digest} ${state.etag}`, state, wanted, untilMs)
    if (user === ENDED) return false
    const [etag] = await Promise.all([
      holders.write(state.id, dataOf({ session: snapshot, untilMs, user }, dataPrefix), ifEtag),
      isDue(shared, state, untilMs) && holders.extend(state.id, untilMs)
    ])
    if (etag === null || known.get(digest) === ENDED) return giveUp(digest, state.id, user)
    const stored = { id: state.id, etag, untilMs, user }
    learn(shared, digest, stored)
    loaded.set(session, stored)
    if (state.user !== null && state.user.id !== user?.id) await holders.end(state.user.id)
    return true
  }
}

function wantedOf (user: string | NewUserSession | null | undefined): NewUserSession | null {
  return typeof user === 'string' ? { userId: user } : user ?? null
}

/** The session of the user that goes with it: that which it has, as long as the user is the same, or a new one. */
async function userSessionFor ({ holders }: Shared, moment: string, { user }: Known, wanted: NewUserSession | null, untilMs: number): Promise<UserSession | null | typeof ENDED> {
  if (wanted === null) return null
  if (user?.userId === wanted.userId) return await holders.extend(user.id, untilMs) ? user : ENDED
  const id = await holders.openForUser(wanted, moment)
  return await holders.extend(id, untilMs) ? { id, userId: wanted.userId } : ENDED
}
