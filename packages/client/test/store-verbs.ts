import { createHash } from 'node:crypto'
import type { Test } from 'tap'
import { createClient } from '../src/index.ts'
import { createSessionStore, type SessionData, type SessionStoreOptions, type Store } from '../src/express-session.ts'
import { startService } from './service.ts'

/** A store, asked by promises. */
export function verbsOf (store: Pick<Store, 'get' | 'set' | 'touch' | 'destroy'>) {
  const told = <Found>(ask: (callback: (error: unknown, found?: Found) => void) => void) =>
    new Promise<Found | undefined>((resolve, reject) => ask((error, found) => error === null || error === undefined ? resolve(found) : reject(error)))
  return {
    get: (sid: string) => told<SessionData | null>(callback => store.get(sid, callback)),
    set: (sid: string, session: SessionData) => told(callback => store.set(sid, session, callback)),
    touch: (sid: string, session: SessionData) => told(callback => store.touch(sid, session, callback)),
    destroy: (sid: string) => told(callback => store.destroy(sid, callback))
  }
}

/** A session that ends so many milliseconds from now. */
export const sessionFor = (ms: number, members: object = {}): SessionData => ({ cookie: { expires: new Date(Date.now() + ms), originalMaxAge: ms, path: '/' }, ...members })

const scopes = ['sessions:read', 'sessions:create', 'sessions:write', 'sessions:revoke']

/** The service, stores in front of it, each as that of a process, and a client that sees what they do. */
export async function startStores (t: Test, env: Record<string, string> = {}) {
  const service = await startService(t, { SESSION_LIFETIMES: 'browser:60/2592000', ...env })
  const key = await service.keyFor('shop', scopes)
  const shop = createClient({ url: service.url, key, timeoutMs: 5000 })
  const options = { url: service.url, key, timeoutMs: 5000, lifetime: 'browser' }
  return {
    service,
    shop,
    options,
    store: (more: Partial<SessionStoreOptions> = {}) => verbsOf(createSessionStore({ ...options, ...more })),
    sessionsOf: async (userId: string) => (await shop.listUserSessions({ query: { userId } })).body.sessions,
    holdersOf: async (sid: string, prefix = 'sess:') => (await shop.listUserSessions({ query: { userId: `sid:${digestOf(`${prefix}${sid}`)}` } })).body.sessions
  }
}

const digestOf = (text: string) => createHash('sha256').update(text).digest('base64url')
