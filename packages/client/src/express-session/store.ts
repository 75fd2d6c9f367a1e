import { EventEmitter } from 'node:events'
import type { SessionData } from './session-data.ts'
import type { Verbs } from './sessions.ts'

export type Callback<Found = void> = (error: unknown, found?: Found) => void

/** What express-session and @fastify/session ask of a store. */
export interface Store {
  get: (sid: string, callback?: Callback<SessionData | null>) => void
  set: (sid: string, session: SessionData, callback?: Callback) => void
  touch: (sid: string, session: SessionData, callback?: Callback) => void
  destroy: (sid: string, callback?: Callback) => void
}

/** `Store` of express-session, which has what a store does not have to do itself. */
export type BaseStore<Base extends EventEmitter> = abstract new () => Base

type Creating = { createSession?: (request: unknown, session: SessionData) => SessionData }

/** Verbs as a store that is told by callbacks; what goes wrong where there is none, `onError` is told. */
export function storeOf<Base extends EventEmitter> (verbs: Verbs, { Store, onError = () => {} }: { Store?: BaseStore<Base>, onError?: (error: unknown) => void }): Base & Store {
  /** In a turn of its own: what a callback throws is no failure of the store. */
  function tell<Found> (asked: Promise<Found>, callback: Callback<Found> = error => { if (error !== null) onError(error) }): void {
    asked.then(found => { setImmediate(callback, null, found) }, error => { setImmediate(callback, error) })
  }

  const store = Object.assign(emitterOf(Store), {
    get: (sid: string, callback?: Callback<SessionData | null>) => tell(verbs.get(sid), callback),
    set: (sid: string, session: SessionData, callback?: Callback) => tell(done(() => verbs.set(sid, session)), callback),
    touch: (sid: string, session: SessionData, callback?: Callback) => tell(done(() => verbs.touch(sid, session)), callback),
    destroy: (sid: string, callback?: Callback) => tell(done(() => verbs.destroy(sid)), callback)
  })
  const { createSession } = store as Creating
  if (createSession === undefined) return store
  return Object.assign(store, {
    createSession (request: unknown, session: SessionData) {
      const created = createSession.call(store, request, session)
      verbs.follow(session, created)
      return created
    }
  })
}

/** With what express-session has for all stores; @fastify/session needs none of it. */
function emitterOf<Base extends EventEmitter> (Store: BaseStore<Base> | undefined): Base {
  if (Store === undefined) return new EventEmitter() as Base
  return new (Store as unknown as new () => Base)()
}

/** What is thrown at once is told like all else, and nobody is told what a verb says. */
async function done (work: () => Promise<unknown>): Promise<void> {
  await work()
}
