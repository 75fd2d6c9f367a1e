import type { Legacy } from './legacy.ts'
import { createRecent } from './recent.ts'
import type { SessionData } from './session-data.ts'
import type { Sessions, Verbs } from './sessions.ts'

export interface ReadThroughOptions {
  /** Whether what was taken over stays in the store of before as well, and follows what is done here: for as long as an old version of the application runs, or may have to come back. */
  keep?: boolean
  onError?: (error: unknown) => void
}

/**
 * What a session has besides, in its old place, once the service has had it: if the service has none any more, that one has ended, also where nobody knows of it. It lasts as long as
 * the copy does, and an application that saves the session saves it, too.
 */
const MARK = '#kept'

/**
 * The sessions of the service, and those of before as long as there are any: each is taken over when it is first asked for, with the time that it has left. A session that ends here is
 * removed there, so that it does not come back.
 */
export function readThrough (sessions: Sessions, legacy: Legacy, { keep = false, onError = () => {} }: ReadThroughOptions): Verbs {
  const { remove, verbs } = legacy
  if (keep && verbs === null) throw new TypeError('To keep sessions where they were, give the store of before as well as its Redis: legacy: { client, store }.')
  /** Of which nothing is left there. */
  const gone = createRecent<true>(10_000)

  /** Once for each sid: it is asked for at every request. */
  async function removeOnce (sid: string): Promise<void> {
    if (keep || gone.get(sid) === true) return
    gone.set(sid, true)
    await remove(sid).catch(error => {
      gone.delete(sid)
      onError(error)
    })
  }

  /** What has ended here has ended there. */
  const removeEnded = (sid: string) => remove(sid).catch(onError)

  async function takeOver (sid: string): Promise<SessionData | null> {
    const found = await legacy.read(sid)
    if (found === null) return null
    const { [MARK]: isMarked, ...before } = found.session
    // A mark may be of this moment: then the session is here by now.
    const session = isMarked === true ? await sessions.get(sid) : await adopt(sid, before as SessionData, found.untilMs)
    if (session === null) await removeEnded(sid)
    else await removeOnce(sid)
    return session
  }

  async function adopt (sid: string, session: SessionData, untilMs: number): Promise<SessionData | null> {
    const adopted = await sessions.adopt(sid, session, untilMs)
    if (!keep || adopted === null) return adopted
    await followed(({ set }) => set(sid, marked(adopted, untilMs)))
    // Whoever ended it meanwhile removed a copy that is there again.
    return await sessions.get(sid) === null ? null : adopted
  }

  /** What is done here is done; that it was not done there is told. */
  async function followed (work: (verbs: Verbs) => Promise<unknown>): Promise<void> {
    if (keep && verbs !== null) await work(verbs).catch(onError)
  }

  return {
    async get (sid) {
      const session = await sessions.get(sid)
      if (session === null) return takeOver(sid)
      // Nobody who has one here waits for what was before.
      removeOnce(sid)
      return session
    },

    async set (sid, session) {
      if (await sessions.set(sid, session)) await followed(({ set }) => set(sid, { ...session, [MARK]: true }))
      else await removeEnded(sid)
    },

    async touch (sid, session) {
      await sessions.touch(sid, session)
      await followed(({ touch }) => touch(sid, session))
    },

    async destroy (sid) {
      await sessions.destroy(sid)
      await remove(sid)
    },

    follow: sessions.follow
  }
}

/** With the time that it has left: the date in its cookie may be of another one. */
function marked ({ cookie, ...members }: SessionData, untilMs: number): SessionData {
  return { ...members, cookie: { ...cookie, ...(cookie.expires && { expires: new Date(untilMs) }) }, [MARK]: true }
}
