import type { CredentialIssuer } from './credential.ts'
import { cursorOf, positionOf } from './cursor.ts'
import { alive } from './alive.ts'
import type { DataLimits } from './data.ts'
import { serviceError } from './errors.ts'
import type { EndCause } from './activity.ts'
import { createHistory } from './history.ts'
import { createSessionData } from './session-data.ts'
import { chosenLifetime, type Lifetime, type Lifetimes, type LifetimeWish } from './lifetimes.ts'
import type { Profile, Session, SessionDescription, SessionTimes } from './session.ts'
import type { SessionStore } from './store.ts'

export interface SessionServiceOptions {
  store: SessionStore
  credentials: CredentialIssuer
  lifetimes: Lifetimes
  dataLimits: DataLimits
}

/** Who logs in, from where, and for how long. */
export interface Opening extends LifetimeWish {
  userId: string
  profile: Profile
  ipAddress: string
  userAgent: string
}

export interface Opened {
  /** The secret for the client. */
  credential: string
  session: Session
}

export type SessionService = ReturnType<typeof createSessionService>

/**
 * The session core: what a credential is worth, what a session holds, when it ends. Dead is `null` from `validate` and
 * `invalid_session` from everything that acts on a session; broken is `store_unavailable` from all of them.
 */
export function createSessionService ({ store, credentials, lifetimes, dataLimits }: SessionServiceOptions) {
  async function create ({ rememberMe, lifetime, ...opening }: Opening) {
    const { userId, profile } = opening
    const name = chosenLifetime(lifetimes, { rememberMe, lifetime })
    const { text, ...credential } = credentials.open(userId)
    const { sinceEndAllMs, ...times } = await store.create({ ...opening, lifetime: name, ...lifetimes.get(name) as Lifetime, credential })
    return { opened: { credential: text, session: { id: credential.id, userId, profile, times } }, sinceEndAllMs }
  }

  return {
    /** Starts a session; the credential is in the answer and nowhere else. */
    open: async (opening: Opening): Promise<Opened> => (await create(opening)).opened,

    /**
     * Starts a session on the strength of what was read of the account at `readAtMs` (performance.now()), or null if all
     * of the user's sessions were ended since: whoever ended them may have changed the account first, so it has to be read again.
     */
    async openUnlessEndedSince (readAtMs: number, opening: Opening): Promise<Opened | null> {
      const { opened, sinceEndAllMs } = await create(opening)
      // The store counts whole milliseconds, so its difference may be one too long. The reply took time to arrive, so this errs on the side of asking again.
      if (sinceEndAllMs === null || sinceEndAllMs - 1 > performance.now() - readAtMs) return opened
      await store.end(opening.userId, opened.session.id, { reason: 'ended_all' })
      return null
    },

    /** The live session of a credential, or null for whatever is wrong with it. A forged one costs no store access. */
    async validate (text: string): Promise<Session | null> {
      const credential = credentials.parse(text)
      return credential === null ? null : store.validate(credential)
    },

    /**
     * The successor of a credential that `validate` accepted: the same for everyone who asks with it, so nothing is written and
     * a lost answer is asked for again. The store advances when the successor is first used; then the predecessor has its grace.
     */
    rotate: (text: string): string => alive(credentials.successor(text)).text,

    /** Lets this session stay unused for that long, once; says how much of it was granted before the absolute deadline. */
    async extend (session: Session, seconds: number): Promise<{ grantedSeconds: number, times: SessionTimes }> {
      const { nowMs, times } = alive(await store.extend(session.id, seconds * 1000))
      return { grantedSeconds: Math.min(seconds, Math.ceil((times.extendedUntilMs - nowMs) / 1000)), times }
    },

    /** What a list shows of this session. */
    async describe (session: Session): Promise<SessionDescription> {
      return alive(await store.describe(session.id))
    },

    /** A page of the user's live sessions, newest first; `count` is all of them. @throws ServiceError `malformed_cursor` */
    async list (session: Session, limit: number, cursor: string | undefined) {
      const after = cursor === undefined ? null : positionOf(cursor)
      // One more than the page tells whether there is a next one.
      const { count, sessions } = await store.list(session.userId, { limit: limit + 1, after })
      const page = sessions.slice(0, limit)
      const last = sessions.length > limit ? page.at(-1) : undefined
      return { count, sessions: page, nextCursor: last && cursorOf({ createdAtMs: last.times.createdAtMs, id: last.id }) }
    },

    /** Ends this session. Ended already is ended. */
    async end (session: Session): Promise<void> {
      await store.end(session.userId, session.id, { reason: 'logged_out', actor: session.id })
    },

    /** Ends one of the user's sessions. @throws ServiceError `session_not_found` for a dead, unknown or foreign id alike */
    async endOne (session: Session, id: string): Promise<void> {
      const reason = id === session.id ? 'logged_out' : 'ended_by_user'
      if (await store.end(session.userId, id, { reason, actor: session.id })) return
      throw serviceError('session_not_found', 'You have no live session with this id. GET /sessions lists those that you have.')
    },

    /** Ends all of a user's sessions, except `keepId`; resolves to how many. None answers from the first moment on. */
    endAll: (userId: string, keepId: string | null = null, cause?: EndCause): Promise<number> => store.endAll(userId, keepId, cause),

    ...createHistory(store),

    ...createSessionData(store, dataLimits),

    /** Live sessions of everybody. */
    countLive: () => store.countLive()
  }
}
