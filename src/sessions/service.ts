import type { EndCause } from './activity.ts'
import { alive } from './alive.ts'
import { createAmongAll } from './among-all.ts'
import { createActiveDevice } from './channels/active-device.ts'
import { createLeases, type LeaseRules } from './channels/leases.ts'
import type { CursorsOf } from './cursor.ts'
import { createCapture, type CaptureModes } from './policies/capture.ts'
import { serviceError } from './errors.ts'
import { createHistory } from './history.ts'
import { quotaOf, type Quota } from './policies/limits.ts'
import { createMany } from './many.ts'
import { createOpening, type OpeningOptions } from './opening.ts'
import { createSessionData } from './data/session-data.ts'
import { createUserData } from './data/user-data.ts'
import type { Session, SessionDescription, SessionTimes, Validated } from './session.ts'
import type { Answer, SessionStore } from './store.ts'
import { createWhereabouts } from './whereabouts.ts'

export interface SessionServiceOptions extends Omit<OpeningOptions, 'capture'> {
  store: SessionStore
  capture: CaptureModes
  cursorsOf: CursorsOf
  leases: LeaseRules
}

export type SessionService = ReturnType<typeof createSessionService>

/**
 * The session core: what a credential is worth, what a session holds, when it ends. Dead is `null` from `validate` and
 * `invalid_session` from everything that acts on a session; broken is `store_unavailable` from all of them.
 */
export function createSessionService (options: SessionServiceOptions) {
  const { store, credentials, limits, dataLimits, leases, cursorsOf } = options
  const capture = createCapture(options.capture)

  return {
    ...createOpening({ ...options, capture }),

    ...createWhereabouts({ ...options, capture }),

    /**
     * The live session of a credential, or null for whatever is wrong with it. A forged one costs no store access. `strict` asks for
     * the verdict of this moment; if `isUse` is false, the session expires as if nobody had asked.
     */
    validate (text: string, strict?: boolean, isUse?: boolean): Answer<Validated | null> {
      const credential = credentials.parse(text)
      return credential === null ? null : store.validate(credential, strict, isUse)
    },

    /**
     * The successor of a credential that `validate` accepted: the same for everyone who asks with it, so nothing is written and
     * a lost answer is asked for again. The store advances when the successor is first used; then the predecessor has its grace, and
     * as long as that runs the successor is its own.
     */
    rotate: ({ rotation }: Pick<Session, 'rotation'>, text: string): string => rotation === 'done' ? text : alive(credentials.successor(text)).text,

    /** Lets this session stay unused for that long, once; says how much of it was granted before the absolute deadline. */
    async extend (session: Pick<Session, 'id'>, seconds: number): Promise<{ grantedSeconds: number, times: SessionTimes }> {
      const { nowMs, times } = alive(await store.extend(session.id, seconds * 1000))
      return { grantedSeconds: Math.min(seconds, Math.ceil((times.extendedUntilMs - nowMs) / 1000)), times }
    },

    /** What a list shows of this session. */
    async describe (session: Pick<Session, 'id'>): Promise<SessionDescription> {
      return alive(await store.describe(session.id))
    },

    ...createMany(store, cursorsOf),

    ...createAmongAll(store, cursorsOf),

    /** How many live sessions the user has, and may have. */
    async quota (session: Session): Promise<Quota> {
      return quotaOf(limits, await store.countOf(session.userId))
    },

    /** Names the device of one of the user's sessions. @throws ServiceError `session_not_found` for a dead, unknown or foreign id alike */
    async rename (session: Pick<Session, 'userId'>, id: string, deviceName: string): Promise<void> {
      if (!await store.rename(session.userId, id, deviceName)) throw notFound()
    },

    /** Ends this session, by itself unless `cause` says otherwise. Ended already is ended. */
    async end (session: Session, cause: EndCause = { reason: 'logged_out', actor: session.id }): Promise<void> {
      await store.end(session.userId, session.id, cause)
    },

    /** Ends one of the user's sessions. @throws ServiceError `session_not_found` for a dead, unknown or foreign id alike */
    async endOne (session: Session, id: string): Promise<void> {
      const reason = id === session.id ? 'logged_out' : 'ended_by_user'
      if (!await store.end(session.userId, id, { reason, actor: session.id })) throw notFound()
    },

    /** The live session with that public id, whoever's it is; null if there is none. Looking is no use of it. */
    find: (id: string): ReturnType<SessionStore['describe']> => store.describe(id),

    /** Ends all of a user's sessions, except `keepId`; resolves to how many. None answers from the first moment on. */
    endAll: (userId: string, keepId: string | null = null, cause?: EndCause): Promise<number> => store.endAll(userId, keepId, cause),

    /** Ends all sessions of everybody; resolves to how many there were. */
    async endEverybody (): Promise<number> {
      // Nothing is put off for the sake of a number.
      const live = await store.countLive().catch(() => 0)
      await store.endEverybody()
      return live
    },

    /**
     * Ends all other sessions of its user; resolves to how many. Of two that do this to each other one wins.
     * @throws ServiceError `invalid_session`, and nothing has changed, if it has ended meanwhile
     */
    async endOthers (session: Session, reason: EndCause['reason'] = 'ended_all'): Promise<number> {
      return alive(await store.endOthers(session.userId, session.id, { reason, actor: session.id }))
    },

    /** Erases what happened to the sessions of a user whose account goes, and what they shared. */
    eraseHistory: (userId: string): Promise<void> => store.eraseHistory(userId),

    ...createHistory(store, cursorsOf),

    ...createSessionData(store, dataLimits),

    /** What all sessions of a user share. */
    userData: createUserData(store, dataLimits),

    /** Which of them is active, in a channel of which one is. */
    activeDevice: createActiveDevice(store, dataLimits),

    /** Which of them have a place, in a channel that has so many. */
    leases: createLeases(store, leases),

    /** Live sessions of everybody. */
    countLive: () => store.countLive()
  }
}

function notFound () {
  return serviceError('session_not_found', 'You have no live session with this id. GET /sessions lists those that you have.')
}
