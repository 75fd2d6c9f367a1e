import type { CredentialIssuer } from './credential.ts'
import { cursorOf, positionOf } from './cursor.ts'
import { checkedKey, decodeValues, encodeValues, overLimit, type DataLimits, type DataValues } from './data.ts'
import { serviceError } from './errors.ts'
import { etagOf, versionsOf } from './etag.ts'
import type { Profile, Session, SessionDescription } from './session.ts'
import type { DataWritten, SessionStore } from './store.ts'

export interface SessionServiceOptions {
  store: SessionStore
  credentials: CredentialIssuer
  idleSeconds: number
  absoluteSeconds: number
  dataLimits: DataLimits
}

/** Who logs in, and from where. */
export interface Opening {
  userId: string
  profile: Profile
  ipAddress: string
  userAgent: string
}

export type SessionService = ReturnType<typeof createSessionService>

/**
 * The session core: what a credential is worth, what a session holds, when it ends. Dead is `null` from `validate` and
 * `invalid_session` from everything that acts on a session; broken is `store_unavailable` from all of them.
 */
export function createSessionService ({ store, credentials, idleSeconds, absoluteSeconds, dataLimits }: SessionServiceOptions) {
  async function write (session: Session, values: Iterable<[string, unknown]>, ifMatch: string | undefined, placeOf?: () => string) {
    const change = { values: encodeValues(values, dataLimits, placeOf), ifVersion: versionsOf(ifMatch) }
    const { version, removed } = accepted(alive(await store.writeData(session.id, change)))
    return { etag: etagOf(version), removed }
  }

  /** @throws ServiceError `version_conflict`, `data_limit_exceeded` */
  function accepted (written: DataWritten) {
    switch (written.outcome) {
      case 'written': return written
      case 'conflict': throw conflict(written.version)
      case 'too-many-keys': throw overLimit('DATA_MAX_KEYS', 'the session', dataLimits.keys, written.count)
      case 'too-many-bytes': throw overLimit('DATA_MAX_BYTES', 'the session', dataLimits.bytes, written.bytes)
    }
  }

  return {
    /** Starts a session; the credential is in the answer and nowhere else. */
    async open ({ userId, profile, ipAddress, userAgent }: Opening): Promise<{ credential: string, session: Session }> {
      const { text, ...credential } = credentials.open(userId)
      const times = await store.create({
        credential, userId, profile, ipAddress, userAgent, idleMs: idleSeconds * 1000, absoluteMs: absoluteSeconds * 1000
      })
      return { credential: text, session: { id: credential.id, userId, profile, times } }
    },

    /** The live session of a credential, or null for whatever is wrong with it. A forged one costs no store access. */
    async validate (text: string): Promise<Session | null> {
      const credential = credentials.parse(text)
      return credential === null ? null : store.validate(credential)
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
      await store.end(session.userId, session.id)
    },

    /** Ends one of the user's sessions. @throws ServiceError `session_not_found` for a dead, unknown or foreign id alike */
    async endOne (session: Session, id: string): Promise<void> {
      if (await store.end(session.userId, id)) return
      throw serviceError('session_not_found', 'You have no live session with this id. GET /sessions lists those that you have.')
    },

    /** Ends all of a user's sessions, except `keepId`; resolves to how many. None answers from the first moment on. */
    endAll: (userId: string, keepId: string | null = null): Promise<number> => store.endAll(userId, keepId),

    async readData (session: Session): Promise<{ etag: string, data: DataValues }> {
      const { version, values } = alive(await store.readData(session.id, null))
      return { etag: etagOf(version), data: decodeValues(values) }
    },

    /** @throws ServiceError `data_key_not_found` */
    async readKey (session: Session, key: string): Promise<{ etag: string, value: unknown }> {
      const { version, values } = alive(await store.readData(session.id, checkedKey(key, dataLimits)))
      const json = values.get(key)
      if (json === undefined) throw keyNotFound(key)
      return { etag: etagOf(version), value: JSON.parse(json) }
    },

    /** Stores one value. Other keys are untouched, whoever writes them meanwhile. */
    setKey: (session: Session, key: string, value: unknown, ifMatch: string | undefined) => write(session, [[key, value]], ifMatch, () => '/value'),

    /** Merges values into the data, all or nothing; null removes a key (RFC 7396, one level). */
    merge: (session: Session, patch: DataValues, ifMatch: string | undefined) =>
      write(session, Object.entries(patch).map(([key, value]) => [key, value ?? undefined]), ifMatch),

    /** @throws ServiceError `data_key_not_found` */
    async removeKey (session: Session, key: string, ifMatch: string | undefined): Promise<{ etag: string }> {
      const { etag, removed } = await write(session, [[key, undefined]], ifMatch)
      if (removed === 0) throw keyNotFound(key)
      return { etag }
    },

    /** Live sessions of everybody. */
    countLive: () => store.countLive()
  }
}

/** What the store found, if the session was still alive when it looked. */
function alive<T> (found: T | null): T {
  if (found === null) throw invalidSession()
  return found
}

/** The one answer for a credential that is dead, unknown, malformed or forged. */
export function invalidSession () {
  return serviceError('invalid_session', 'The session does not exist or has ended. Log in again.')
}

function keyNotFound (key: string) {
  return serviceError('data_key_not_found', `This session holds no value under the key ${key}.`)
}

function conflict (version: number) {
  return serviceError('version_conflict', 'Someone else changed the data since you read it. Read it again, then repeat your change with the new ETag.',
    { extras: { currentETag: etagOf(version) }, headers: { etag: etagOf(version) } })
}
