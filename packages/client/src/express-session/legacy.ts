import { expiryOfLive, type SessionData } from './session-data.ts'
import type { Callback } from './store.ts'
import type { Verbs } from './sessions.ts'

/** A store of express-session or @fastify/session. */
export interface LegacyStore {
  get: (sid: string, callback: (error: unknown, session?: unknown) => void) => void
  set: (sid: string, session: never, callback: (error?: unknown) => void) => void
  destroy: (sid: string, callback: (error?: unknown) => void) => void
  touch?: (sid: string, session: never, callback: (error?: unknown) => void) => void
}

/** A client of Redis, where sessions are JSON texts under a prefix and a sid: that of node-redis or ioredis. */
export interface LegacyRedis {
  client: { get: (key: string) => Promise<unknown>, del: (key: string) => Promise<unknown> } & ({ pTTL: (key: string) => Promise<number> } | { pttl: (key: string) => Promise<number> })
  /** Default `sess:`. */
  prefix?: string
  /** The store over it, for `keep`. */
  store?: LegacyStore
}

/** Sessions of before. */
export interface Legacy {
  /** With when it ends, epoch milliseconds; null if there is none, or none that can be read, which is reported. */
  read: (sid: string) => Promise<{ session: SessionData, untilMs: number } | null>
  remove: (sid: string) => Promise<void>
  /** All verbs, where there are more than these. */
  verbs: Verbs | null
}

export interface LegacyOptions { ttlSeconds?: number, onError?: (error: unknown) => void }

export function legacyOf (legacy: LegacyStore | LegacyRedis, { ttlSeconds = 86_400, onError = () => {} }: LegacyOptions): Legacy {
  return 'destroy' in legacy ? ofStore(legacy, ttlSeconds, onError) : ofRedis(legacy, ttlSeconds, onError)
}

function ofRedis ({ client, prefix = 'sess:', store }: LegacyRedis, ttlSeconds: number, onError: (error: unknown) => void): Legacy {
  const leftMs = (key: string) => 'pTTL' in client ? client.pTTL(key) : client.pttl(key)
  return {
    async read (sid) {
      const key = `${prefix}${sid}`
      const text = await client.get(key)
      if (typeof text !== 'string') return null
      const session = parsed(text, onError)
      const ms = Number(await leftMs(key))
      if (session === null || ms === EXPIRED) return null
      return { session, untilMs: ms === WITHOUT_TTL ? expiryOfLive(session, ttlSeconds) : Date.now() + ms }
    },
    async remove (sid) { await client.del(`${prefix}${sid}`) },
    verbs: store === undefined ? null : verbsOf(store)
  }
}

/** As PTTL answers. */
const [WITHOUT_TTL, EXPIRED] = [-1, -2]

function ofStore (store: LegacyStore, ttlSeconds: number, onError: (error: unknown) => void): Legacy {
  const verbs = verbsOf(store)
  return {
    async read (sid) {
      const session = await verbs.get(sid).catch(error => {
        if (!(error instanceof SyntaxError)) throw error
        onError(error)
        return null
      })
      return session === null ? null : { session, untilMs: expiryOfLive(session, ttlSeconds) }
    },
    remove: async sid => { await verbs.destroy(sid) },
    verbs
  }
}

function parsed (text: string, onError: (error: unknown) => void): SessionData | null {
  try {
    const session = JSON.parse(text)
    if (typeof session?.cookie === 'object' && session.cookie !== null) return session
    throw new TypeError('A session of before has no cookie: it is none of express-session. It was left as it is.')
  } catch (error) {
    onError(error)
    return null
  }
}

function verbsOf (store: LegacyStore): Verbs {
  return {
    get: async sid => await called<unknown>(callback => store.get(sid, callback)) as SessionData | null | undefined ?? null,
    set: (sid, session) => called(callback => store.set(sid, session as never, callback)),
    touch: (sid, session) => called(callback => store.touch === undefined ? callback(null) : store.touch(sid, session as never, callback)),
    destroy: sid => called(callback => store.destroy(sid, callback)),
    follow () {}
  }
}

/** What a callback is told. */
function called<Found = void> (call: (callback: Callback<Found>) => void): Promise<Found | undefined> {
  return new Promise((resolve, reject) => {
    call((error, found) => {
      if (error === null || error === undefined) resolve(found)
      else reject(error)
    })
  })
}
