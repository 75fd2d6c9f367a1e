import { setTimeout as sleep } from 'node:timers/promises'
import { alive } from './alive.ts'
import { newAnonymousId, promote, type PromotionOptions, type PromotionWish } from './anonymous.ts'
import type { Capture } from './policies/capture.ts'
import type { CredentialIssuer, IssuedCredential } from './credential.ts'
import { serviceError } from './errors.ts'
import type { DataLimits } from './data/data.ts'
import type { DeviceIds } from './devices/device-id.ts'
import type { SessionLimits } from './policies/limits.ts'
import { chosenLifetime, type Lifetime, type Lifetimes, type LifetimeWish } from './policies/lifetimes.ts'
import { openedSession, type Origin, type Profile, type Session } from './session.ts'
import type { SessionStore } from './store.ts'
import { deviceOfUse, type Use } from './whereabouts.ts'

/** What a client says of its device; all of it only if it wants to. */
export interface DeviceLabels {
  /** Tells devices of one user apart: a login with the same one replaces the session before. */
  deviceId?: string
  deviceName?: string
  capabilities?: string[]
}

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
  /** The credential of an anonymous session whose place it takes, and what of its data it keeps; one that is worth nothing is as good as none. */
  anonymous?: PromotionWish
  /** Whether it is opened under the young-session guard: at a limit it is refused, whatever the policy. */
  isGuarded?: boolean
}

export interface Opened {
  /** The secret for the client. */
  credential: string
  session: Session
}

/** A session in the place of an older one, with its credential. */
export interface Reopened extends Opened {
  /** Name of the lifetime profile that it was opened with. */
  lifetime: string
}

export interface OpeningOptions {
  store: Pick<SessionStore, 'create' | 'replace'> & PromotionOptions['store']
  dataLimits: DataLimits
  credentials: CredentialIssuer
  deviceIds: DeviceIds
  lifetimes: Lifetimes
  limits: SessionLimits
  capture: Capture
}

/**
 * How often it is tried to take the place of an anonymous session, and how long is waited at most (ms) behind the first time, twice as long behind each further one, at random. Of those who try at once
 * the last one succeeds, and once it has its place the others need no luck.
 */
const TRIES = 5
const PAUSE_MS = 20

/** How sessions begin: the verbs of the session service that issue a credential. */
export function createOpening ({ store, dataLimits, credentials, deviceIds, lifetimes, limits, capture }: OpeningOptions) {
  async function create (issued: IssuedCredential, data: Map<string, string>, { rememberMe, lifetime, endSessionId, rotates = false, isGuarded = false, deviceId, deviceName, capabilities, anonymous: _anonymous, ...opening }: Opening) {
    const { userId, profile } = opening
    const origin = capture.origin(opening)
    const binding = capture.binding(opening, deviceIds.markOf(userId, deviceId))
    const device = { idHashes: deviceId === undefined ? [] : deviceIds.hashes(userId, deviceId), name: deviceName, capabilities }
    const deviceType = capture.deviceType(opening.userAgent)
    const name = chosenLifetime(lifetimes, { rememberMe, lifetime })
    const { text, ...credential } = issued
    const { max, policy, byDeviceType } = limits
    const maxOfType = byDeviceType.get(deviceType) ?? null
    const { sinceEndAllMs, goodForMs: _goodForMs, ...times } = await store.create({
      ...opening,
      ...origin,
      binding,
      device,
      deviceType,
      lifetime: name,
      ...lifetimes.get(name) as Lifetime,
      credential,
      data,
      limits: { max, maxOfType, policy: isGuarded ? 'deny' : policy },
      endId: endSessionId ?? null,
      rotates,
      isGuarded
    })
    return { opened: { credential: text, session: openedSession(credential.id, { userId, profile, binding }, times) }, sinceEndAllMs }
  }

  /** By `start`, with the credential that it is given; in the place of the anonymous session if there is one. Null if `start` says so. What each try has opened is ended again if others come before it; whom that has evicted stays so. @throws ServiceError `login_busy` */
  async function open<Started extends Opened | null> ({ userId, anonymous }: Opening, start: (issued: IssuedCredential, data: Map<string, string>) => Promise<Started>): Promise<Started> {
    const credential = anonymous === undefined ? null : credentials.parse(anonymous.credential)
    if (anonymous === undefined || credential === null) return start(credentials.open(userId), new Map())
    for (let i = 0; i < TRIES; i++) {
      if (i > 0) await sleep(PAUSE_MS * 2 ** (i - 1) * Math.random())
      const issued = credentials.open(userId)
      const opened = await promote({ store, dataLimits }, { ...anonymous, credential }, { id: issued.id, userId }, data => start(issued, data))
      if (opened !== 'displaced') return opened
    }
    throw serviceError('login_busy', 'Other logins are taking the place of the same anonymous session, again and again. Try again in a moment.')
  }

  return {
    /** Starts a session; the credential is in the answer and nowhere else. @throws ServiceError `session_limit_reached`, `login_busy` if others take the place of the same anonymous session */
    async open (opening: Opening): Promise<Opened> {
      return open(opening, async (issued, data) => (await create(issued, data, opening)).opened)
    },

    /** Whether a login has taken the place of this anonymous session within the last minute. */
    async wasTaken (text: string): Promise<boolean> {
      const credential = credentials.parse(text)
      return credential !== null && store.isTaken(credential)
    },

    /** Starts a session of somebody who has not logged in. */
    async openAnonymous (opening: Omit<Opening, 'userId' | 'profile'>): Promise<Opened> {
      return this.open({ ...opening, userId: newAnonymousId(), profile: { email: '', name: '', roles: [] } })
    },

    /**
     * Starts a session on the strength of what was read of the account at `readAtMs` (performance.now()), or null if all
     * of the user's sessions were ended since: whoever ended them may have changed the account first, so it has to be read again.
     * @throws ServiceError `session_limit_reached`, `login_busy` if others take the place of the same anonymous session
     */
    openUnlessEndedSince: (readAtMs: number, opening: Opening): Promise<Opened | null> => open(opening, async (issued, data) => {
      const { opened, sinceEndAllMs } = await create(issued, data, opening)
      // The store counts whole milliseconds, so its difference may be one too long. The reply took time to arrive, so this errs on the side of asking again.
      if (sinceEndAllMs === null || sinceEndAllMs - 1 > performance.now() - readAtMs) return opened
      await store.end(opening.userId, opened.session.id, { reason: 'ended_all' })
      return null
    }),

    /**
     * Security rotation, after the password was proven: a new session with another id in the place of this one, with its data and
     * deadlines. The old credential is worth nothing at once, in every generation, and never leads to the new one.
     */
    async replace (session: Session, from: Use): Promise<Reopened> {
      const { text, ...successor } = credentials.open(session.userId)
      const binding = capture.binding(from, deviceOfUse(deviceIds, session, from))
      const { times, lifetime } = alive(await store.replace(session.id, successor, binding, capture.origin(from)))
      return { credential: text, session: { ...session, id: successor.id, times, rotation: 'possible', binding, lastOrigin: null }, lifetime }
    }
  }
}
