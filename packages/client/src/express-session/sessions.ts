import { codeOf, createHolders, textDigest, type NewUserSession, type StoreClient } from './holders.ts'
import { ENDED, isDue, learn, look, stateOf, UNWRITTEN, type Shared } from './known.ts'
import { createRecent } from './recent.ts'
import { expiryOf, heldIn, touchOf, type SessionData } from './session-data.ts'
import { createWrite } from './write.ts'

/** The verbs of a store. What is absent, has expired or was ended is null; whatever cannot be known rejects. */
export interface Verbs {
  get: (sid: string) => Promise<SessionData | null>
  set: (sid: string, session: SessionData) => Promise<unknown>
  touch: (sid: string, session: SessionData) => Promise<unknown>
  destroy: (sid: string) => Promise<unknown>
  /** From now on `copy` is the session that was got as `session`. */
  follow: (session: SessionData, copy: SessionData) => void
}

export interface SessionsOptions {
  /** What sids are prefixed with before they are hashed: other ones for each application, if they share a secret. Default `sess:`. */
  prefix?: string
  /** What the keys of session data begin with that your service may write (`--data-prefix`); empty if it may write all. */
  dataPrefix?: string
  /** How long a session may stay unused whose cookie has neither `expires` nor `maxAge`. Default 86,400. */
  ttlSeconds?: number
  /** A use is written at most once in so many seconds, or in a tenth of the time that is left: a session may end so much early. Default 60. */
  touchSeconds?: number
  /** The lifetime profile that sessions are opened with: its absolute deadline holds, whatever cookies say. Default `rememberMe`. */
  lifetime?: string
  /**
   * Whose a session is: the id of the user, or all that POST /v1/sessions takes; nothing of one that is nobody's. It has a session of the user then, which
   * the user sees in the list of devices. When that ends, whoever ends it, the browser session does.
   */
  userOf?: (session: SessionData) => string | NewUserSession | null | undefined
  /** Of how many sids it is remembered what the service said. Default 10,000. */
  remembered?: number
  /** Told what no callback is told. */
  onError?: (error: unknown) => void
}

export type Sessions = ReturnType<typeof createSessions>

/** Sessions that the service keeps, by sid. */
export function createSessions (client: StoreClient, options: SessionsOptions) {
  const { prefix = 'sess:', dataPrefix = '', ttlSeconds = 86_400, touchSeconds = 60, lifetime = 'rememberMe', userOf = () => null, remembered = 10_000, onError = () => {} } = options
  const shared: Shared = { holders: createHolders(client, lifetime), dataPrefix, ttlSeconds, touchSeconds, userOf, onError, known: createRecent(remembered), loaded: new WeakMap() }
  const digestOf = (sid: string) => textDigest(`${prefix}${sid}`)
  const [write, end] = [createWrite(shared), createEnd(shared)]

  async function get (sid: string): Promise<SessionData | null> {
    const digest = digestOf(sid)
    const found = await look(shared, digest)
    const held = found?.held ?? null
    if (found === null || held === null) return null
    if (held.untilMs <= Date.now() || (held.user !== null && !await shared.holders.isLive(held.user.id))) {
      await end(digest).catch(onError)
      return null
    }
    const state = { id: found.id, etag: found.etag, untilMs: held.untilMs, user: held.user }
    learn(shared, digest, state)
    shared.loaded.set(held.session, state)
    return held.session
  }

  return {
    get,

    /** Says whether it was stored: not if it has ended since it was got. */
    async set (sid: string, session: SessionData): Promise<boolean> {
      const untilMs = expiryOf(session, ttlSeconds)
      if (untilMs > Date.now()) return write(digestOf(sid), session, untilMs)
      await end(digestOf(sid))
      return false
    },

    touch: (sid: string, session: SessionData): Promise<void> => touch(shared, digestOf(sid), session),

    destroy: (sid: string): Promise<void> => end(digestOf(sid)),

    follow (session: SessionData, copy: SessionData): void {
      const state = shared.loaded.get(session)
      if (state !== undefined) shared.loaded.set(copy, state)
    },

    /** Takes a session over from elsewhere. What is there then: another one if it was taken over before, null if it has ended here. */
    async adopt (sid: string, session: SessionData, untilMs: number): Promise<SessionData | null> {
      try {
        return await write(digestOf(sid), session, untilMs, UNWRITTEN) ? session : null
      } catch (error) {
        if (codeOf(error) !== 'version_conflict') throw error
        return get(sid)
      }
    },

    /** A name of a sid that tells nothing of it. */
    digestOf
  } satisfies Verbs & Record<string, unknown>
}

async function touch (shared: Shared, digest: string, session: SessionData): Promise<void> {
  const { holders, known, ttlSeconds, dataPrefix } = shared
  const untilMs = expiryOf(session, ttlSeconds)
  const data = touchOf(session, untilMs, dataPrefix)
  const state = await stateOf(shared, digest)
  if (state === null || !isDue(shared, state, untilMs)) return
  const isLive = await holders.extend(state.id, untilMs, data)
  if (state.user !== null) await holders.extend(state.user.id, untilMs)
  if (isLive) learn(shared, digest, { ...state, untilMs })
  else known.set(digest, ENDED)
}

/** Ends all that stands for a sid. From then on nothing is stored under it here, nor wherever it is known. */
function createEnd ({ holders, known, dataPrefix }: Shared) {
  const running = new Map<string, Promise<void>>()

  async function end (digest: string, knownId: string | undefined): Promise<void> {
    try {
      const id = knownId ?? await holders.find(digest)
      const found = id === null ? null : await holders.read(id)
      if (id === null || found === null) return
      // Of this moment: another process may have logged somebody in.
      const user = heldIn(found.data, dataPrefix)?.user ?? null
      await holders.end(id, ...user === null ? [] : [user.id])
    } catch (error) {
      known.delete(digest)
      throw error
    } finally {
      running.delete(digest)
    }
  }

  return (digest: string): Promise<void> => {
    const state = known.get(digest)
    if (state === ENDED) return running.get(digest) ?? Promise.resolve()
    known.set(digest, ENDED)
    const ended = end(digest, state?.id)
    running.set(digest, ended)
    return ended
  }
}
