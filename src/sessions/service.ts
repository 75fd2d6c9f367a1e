import type { CredentialIssuer } from './credential.ts'
import { cursorOf, positionOf } from './cursor.ts'
import { alive } from './alive.ts'
import { judgeBinding, type BindingMode, type BindingModes } from './binding.ts'
import { capturedAddress, capturedUserAgent, type CaptureModes } from './capture.ts'
import type { DeviceIds } from './device-id.ts'
import type { DataLimits } from './data.ts'
import { deviceOf } from './device.ts'
import { serviceError } from './errors.ts'
import type { EndCause } from './activity.ts'
import { createHistory } from './history.ts'
import { createSessionData } from './session-data.ts'
import { quotaOf, type Quota, type SessionLimits } from './limits.ts'
import { chosenLifetime, type Lifetime, type Lifetimes, type LifetimeWish } from './lifetimes.ts'
import { bindingOf, deviceIn } from './surroundings.ts'
import type { Origin, Profile, Session, SessionDescription, SessionTimes } from './session.ts'
import type { SessionStore } from './store.ts'

export interface SessionServiceOptions {
  store: SessionStore
  credentials: CredentialIssuer
  deviceIds: DeviceIds
  lifetimes: Lifetimes
  limits: SessionLimits
  capture: CaptureModes
  dataLimits: DataLimits
}

/** What a client says of its device; all of it only if it wants to. */
export interface DeviceLabels {
  /** Tells devices of one user apart: a login with the same one replaces the session before. */
  deviceId?: string
  deviceName?: string
  capabilities?: string[]
}

/** A session in the place of an older one, with its credential. */
export interface Reopened extends Opened {
  /** Name of the lifetime profile that it was opened with. */
  lifetime: string
}

/** The same of one with a session, which may name its device. */
export interface Use extends Origin { deviceId?: string }

/** Who logs in, from where, and for how long. */
export interface Opening extends LifetimeWish, DeviceLabels, Origin {
  userId: string
  profile: Profile
  /** A session of the user to end for this one. */
  endSessionId?: string
  /** The public id of the user's session in whose place it comes. */
  replacedId?: string | null
  /** Whether the credential is replaced by policy; the client has to take the next one from the answers. */
  rotates?: boolean
  /** Whether it is opened under the young-session guard: at a limit it is refused, whatever the policy. */
  isGuarded?: boolean
}

export interface Opened {
  /** The secret for the client. */
  credential: string
  session: Session
}

/** More than any limit: for who needs all of a user's sessions. */
export const MOST_LISTED = 100_000

export type SessionService = ReturnType<typeof createSessionService>

/**
 * The session core: what a credential is worth, what a session holds, when it ends. Dead is `null` from `validate` and
 * `invalid_session` from everything that acts on a session; broken is `store_unavailable` from all of them.
 */
export function createSessionService ({ store, credentials, deviceIds, lifetimes, limits, capture, dataLimits }: SessionServiceOptions) {
  async function create ({ rememberMe, lifetime, endSessionId, rotates = false, isGuarded = false, deviceId, deviceName, capabilities, ...opening }: Opening) {
    const { userId, profile } = opening
    const { ipAddress, userAgent } = captured(opening)
    const binding = capturedBinding(opening, deviceIds.markOf(userId, deviceId))
    const device = { idHashes: deviceId === undefined ? [] : deviceIds.hashes(userId, deviceId), name: deviceName, capabilities }
    const deviceType = deviceOf(userAgent).type
    const name = chosenLifetime(lifetimes, { rememberMe, lifetime })
    const { text, ...credential } = credentials.open(userId)
    const { max, policy, byDeviceType } = limits
    const maxOfType = byDeviceType.get(deviceType) ?? null
    const { sinceEndAllMs, ...times } = await store.create({
      ...opening,
      ipAddress,
      userAgent,
      binding,
      device,
      deviceType,
      lifetime: name,
      ...lifetimes.get(name) as Lifetime,
      credential,
      limits: { max, maxOfType, policy: isGuarded ? 'deny' : policy },
      endId: endSessionId ?? null,
      rotates,
      isGuarded
    })
    return { opened: { credential: text, session: { id: credential.id, userId, profile, times, rotation: 'possible' as const, binding, lastOrigin: null } }, sinceEndAllMs }
  }

  const captured = ({ ipAddress, userAgent }: Origin): Origin =>
    ({ ipAddress: capturedAddress(ipAddress, capture.address), userAgent: capturedUserAgent(userAgent, capture.userAgent) })

  /** Of what is captured alone: what is not kept of a login is not compared either. */
  function capturedBinding ({ ipAddress, userAgent }: Origin, device: string): string {
    return bindingOf(capture.address === 'off' ? '' : ipAddress, capturedUserAgent(userAgent, capture.userAgent), device)
  }

  const deviceOfUse = ({ userId, binding }: Session, { deviceId }: Use) => deviceIds.markOfUse(userId, deviceIn(binding), deviceId)

  return {
    /** Starts a session; the credential is in the answer and nowhere else. @throws ServiceError `session_limit_reached` */
    open: async (opening: Opening): Promise<Opened> => (await create(opening)).opened,

    /**
     * Starts a session on the strength of what was read of the account at `readAtMs` (performance.now()), or null if all
     * of the user's sessions were ended since: whoever ended them may have changed the account first, so it has to be read again.
     * @throws ServiceError `session_limit_reached`
     */
    async openUnlessEndedSince (readAtMs: number, opening: Opening): Promise<Opened | null> {
      const { opened, sinceEndAllMs } = await create(opening)
      // The store counts whole milliseconds, so its difference may be one too long. The reply took time to arrive, so this errs on the side of asking again.
      if (sinceEndAllMs === null || sinceEndAllMs - 1 > performance.now() - readAtMs) return opened
      await store.end(opening.userId, opened.session.id, { reason: 'ended_all' })
      return null
    },

    /** The live session of a credential, or null for whatever is wrong with it. A forged one costs no store access. */
    validate (text: string): Promise<Session | null> {
      const credential = credentials.parse(text)
      return credential === null ? Promise.resolve(null) : store.validate(credential)
    },

    /**
     * The successor of a credential that `validate` accepted: the same for everyone who asks with it, so nothing is written and
     * a lost answer is asked for again. The store advances when the successor is first used; then the predecessor has its grace, and
     * as long as that runs the successor is its own.
     */
    rotate: ({ rotation }: Pick<Session, 'rotation'>, text: string): string => rotation === 'done' ? text : alive(credentials.successor(text)).text,

    /** Lets this session stay unused for that long, once; says how much of it was granted before the absolute deadline. */
    async extend (session: Session, seconds: number): Promise<{ grantedSeconds: number, times: SessionTimes }> {
      const { nowMs, times } = alive(await store.extend(session.id, seconds * 1000))
      return { grantedSeconds: Math.min(seconds, Math.ceil((times.extendedUntilMs - nowMs) / 1000)), times }
    },

    /**
     * Security rotation, after the password was proven: a new session with another id in the place of this one, with its data and
     * deadlines. The old credential is worth nothing at once, in every generation, and never leads to the new one.
     */
    async replace (session: Session, from: Use): Promise<Reopened> {
      const { text, ...successor } = credentials.open(session.userId)
      const binding = capturedBinding(from, deviceOfUse(session, from))
      const { times, lifetime } = alive(await store.replace(session.id, successor, binding))
      return { credential: text, session: { ...session, id: successor.id, times, rotation: 'possible', binding, lastOrigin: null }, lifetime }
    },

    /**
     * Judges where a session is used by where it was opened, or the password last proven. A change is noted in the history, once; under `enforce` it
     * ends the session. Says what is asked of the request: nothing (`observe`), the password, or to go away.
     */
    async judgeBinding (session: Session, from: Use, modes: BindingModes): Promise<BindingMode> {
      const device = deviceOfUse(session, from)
      const binding = bindingOf(from.ipAddress, from.userAgent, device)
      const { changed: signals, mode } = judgeBinding(session.binding, binding, modes)
      if (signals.length === 0) return 'off'
      if (mode === 'enforce') await store.end(session.userId, session.id, { reason: 'binding_violated' })
      else await store.flag(session.id, { binding: capturedBinding(from, device), signals, ipAddress: capturedAddress(from.ipAddress, capture.address), isAccepted: mode === 'observe' })
      return mode
    },

    /**
     * Keeps where a session that was just validated is used from, if its use is written down and that is not what is kept. Nobody waits for it: a
     * note that is lost is made with the next use that is written down.
     */
    noteOrigin ({ id, lastOrigin }: Pick<Session, 'id' | 'lastOrigin'>, from: Origin): void {
      const origin = captured(from)
      if (lastOrigin === null || (origin.ipAddress === lastOrigin.ipAddress && origin.userAgent === lastOrigin.userAgent)) return
      store.noteOrigin(id, origin).catch(() => {})
    },

    /** What a list shows of this session. */
    async describe (session: Session): Promise<SessionDescription> {
      return alive(await store.describe(session.id))
    },

    /** A page of the user's live sessions, newest first; `count` is all of them. @throws ServiceError `malformed_cursor` */
    async list (session: Pick<Session, 'userId'>, limit: number, cursor: string | undefined) {
      const after = cursor === undefined ? null : positionOf(cursor)
      // One more than the page tells whether there is a next one.
      const { count, sessions } = await store.list(session.userId, { limit: limit + 1, after })
      const page = sessions.slice(0, limit)
      const last = sessions.length > limit ? page.at(-1) : undefined
      return { count, sessions: page, nextCursor: last && cursorOf({ createdAtMs: last.times.createdAtMs, id: last.id }) }
    },

    /** How many live sessions the user has, and may have. */
    async quota (session: Session): Promise<Quota> {
      const { sessions } = await store.list(session.userId, { limit: MOST_LISTED, after: null })
      return quotaOf(limits, sessions.map(({ userAgent }) => deviceOf(userAgent).type))
    },

    /** Names the device of one of the user's sessions. @throws ServiceError `session_not_found` for a dead, unknown or foreign id alike */
    async rename (session: Session, id: string, deviceName: string): Promise<void> {
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

    /** Ends all of a user's sessions, except `keepId`; resolves to how many. None answers from the first moment on. */
    endAll: (userId: string, keepId: string | null = null, cause?: EndCause): Promise<number> => store.endAll(userId, keepId, cause),

    /**
     * Ends all other sessions of its user; resolves to how many. Of two that do this to each other one wins.
     * @throws ServiceError `invalid_session`, and nothing has changed, if it has ended meanwhile
     */
    async endOthers (session: Session, reason: EndCause['reason'] = 'ended_all'): Promise<number> {
      return alive(await store.endOthers(session.userId, session.id, { reason, actor: session.id }))
    },

    /** Erases what happened to the sessions of a user whose account goes. */
    eraseHistory: (userId: string): Promise<void> => store.eraseHistory(userId),

    ...createHistory(store),

    ...createSessionData(store, dataLimits),

    /** Live sessions of everybody. */
    countLive: () => store.countLive()
  }
}

function notFound () {
  return serviceError('session_not_found', 'You have no live session with this id. GET /sessions lists those that you have.')
}
