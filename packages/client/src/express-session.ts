import type { EventEmitter } from 'node:events'
import { createClient, type ClientOptions } from './client.ts'
import { legacyOf, type LegacyRedis, type LegacyStore } from './express-session/legacy.ts'
import { readThrough } from './express-session/read-through.ts'
import { createSessions, type SessionsOptions } from './express-session/sessions.ts'
import { shadowed, type Counts, type Difference } from './express-session/shadow.ts'
import { storeOf, type BaseStore, type Store } from './express-session/store.ts'

export type { Counts, Difference } from './express-session/shadow.ts'
export type { LegacyRedis, LegacyStore } from './express-session/legacy.ts'
export type { SessionData } from './express-session/session-data.ts'
export type { Store } from './express-session/store.ts'

export interface SessionStoreOptions<Base extends EventEmitter = EventEmitter> extends ClientOptions, SessionsOptions {
  /** That of express-session (`session.Store`), for it; absent for @fastify/session. */
  Store?: BaseStore<Base>
  /** Where sessions were kept before: its Redis, which tells what time each has left, or its store. Each is taken over when it is first asked for. */
  legacy?: LegacyStore | LegacyRedis
  /** Whether what was taken over stays there too, and follows what is done here. It takes the store of before. */
  keep?: boolean
}

/**
 * Sessions of express-session or @fastify/session that the service keeps. The key of your service needs the scopes `sessions:read`, `sessions:create`,
 * `sessions:write` and `sessions:revoke`. What has ended is no session; when the service does not answer, callbacks are told SessionServiceError.
 */
export function createSessionStore<Base extends EventEmitter = EventEmitter> (options: SessionStoreOptions<Base>): Base & Store {
  const { legacy } = options
  const sessions = createSessions(createClient(options), options)
  return storeOf(legacy === undefined ? sessions : readThrough(sessions, legacyOf(legacy, options), options), options)
}

export interface ShadowStoreOptions<Base extends EventEmitter = EventEmitter> extends ClientOptions, Omit<SessionsOptions, 'userOf'> {
  Store?: BaseStore<Base>
  /** The store that answers. */
  legacy: LegacyStore
  /** Told whenever the service would have answered something else. */
  onDifference?: (difference: Difference) => void
  /** How many operations may wait for the service; more are left out. Default 1,000. */
  mostWaiting?: number
}

/**
 * The store of before, which goes on answering, and what the service says of the same: `counts` and `onDifference`. Nothing waits for the service, and nothing fails with it.
 * What it copies there is of no use to a store of `createSessionStore`, and in no list of a user.
 */
export function createShadowStore<Base extends EventEmitter = EventEmitter> (options: ShadowStoreOptions<Base>): Base & Store & { counts: Counts } {
  const { legacy, prefix = 'sess:', onError } = options
  const sessions = createSessions(createClient(options), { ...options, userOf: () => null, prefix: `shadow:${prefix}` })
  const { verbs } = legacyOf(legacy, options)
  if (verbs === null) throw new TypeError('What answers is a store, not a client of Redis.')
  const shadow = shadowed(verbs, sessions, options)
  return Object.assign(storeOf<Base>(shadow, { Store: options.Store, onError }), { counts: shadow.counts })
}
