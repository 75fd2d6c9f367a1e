import { SessionServiceError } from '../errors.ts'
import { codeOf } from './holders.ts'
import { createRecent } from './recent.ts'
import { expiryOfLive, type SessionData } from './session-data.ts'
import type { Sessions, Verbs } from './sessions.ts'

/** What was answered, and what the service would have: one of the two, that what it holds is other, or the code with which it refuses. */
export interface Difference {
  operation: 'get' | 'set' | 'touch' | 'destroy'
  /** A name of the sid that tells nothing of it. */
  digest: string
  legacy: 'session' | 'none'
  service: 'session' | 'none' | 'other data' | (string & {})
}

/** How often, since the process started. */
export interface Counts {
  /** The service was asked, and said the same. */
  same: number
  /** It had not heard of the session yet, and has it now. */
  copied: number
  different: number
  /** It did not answer, or could not. */
  failed: number
  /** It was not asked: too much was waiting for it, or the session was written meanwhile. */
  skipped: number
}

export interface ShadowOptions {
  onDifference?: (difference: Difference) => void
  onError?: (error: unknown) => void
  ttlSeconds?: number
  /** How many operations may wait for the service. Default 1,000. */
  mostWaiting?: number
}

/** The sessions of before, which answer; all that is asked of them the service is asked a moment later, and never waited for. */
export function shadowed (legacy: Verbs, sessions: Sessions, { onDifference = () => {}, onError = () => {}, ttlSeconds = 86_400, mostWaiting = 1000 }: ShadowOptions) {
  const counts: Counts = { same: 0, copied: 0, different: 0, failed: 0, skipped: 0 }
  const queues = new Map<string, Promise<void>>()
  /** Sids whose copy at the service is known to be late. */
  const late = createRecent<true>(10_000)
  const writing = new Map<string, number>()
  let waiting = 0

  function differ (operation: Difference['operation'], sid: string, legacy: Difference['legacy'], service: Difference['service']): void {
    counts.different++
    onDifference({ operation, digest: sessions.digestOf(sid), legacy, service })
  }

  /** In the order in which they were answered. */
  function afterwards (operation: Difference['operation'], sid: string, legacy: Difference['legacy'], work: () => Promise<void>): void {
    if (waiting >= mostWaiting) {
      counts.skipped++
      late.set(sid, true)
      return
    }
    waiting++
    const done = (queues.get(sid) ?? Promise.resolve()).then(work).catch(error => {
      late.set(sid, true)
      if (isRefusal(error)) return differ(operation, sid, legacy, codeOf(error) || 'refused')
      counts.failed++
      onError(error)
    }).catch(onError).finally(() => {
      waiting--
      if (queues.get(sid) === done) queues.delete(sid)
    })
    queues.set(sid, done)
  }

  async function copy (sid: string, session: SessionData): Promise<void> {
    const copied = await sessions.adopt(sid, session, expiryOfLive(session, ttlSeconds))
    if (copied === null) differ('get', sid, 'session', 'none')
    else counts.copied++
  }

  /** Whatever is different is made the same, so that it is told once. */
  async function compare (sid: string, session: SessionData | null): Promise<void> {
    const found = await sessions.get(sid)
    if (writing.has(sid)) counts.skipped++
    else if (session !== null && found !== null) await compareMembers(sid, session, found)
    else if (session !== null) await copy(sid, session)
    else if (found === null) counts.same++
    else {
      differ('get', sid, 'none', 'session')
      await sessions.destroy(sid)
    }
  }

  async function compareMembers (sid: string, session: SessionData, found: SessionData): Promise<void> {
    if (membersOf(found) === membersOf(session)) {
      counts.same++
      return
    }
    if (late.get(sid) === true) counts.copied++
    else differ('get', sid, 'session', 'other data')
    await sessions.set(sid, session)
    late.delete(sid)
  }

  /** What is written may be read by another request before that is told here. */
  async function whileWriting (sid: string, work: () => Promise<unknown>): Promise<void> {
    writing.set(sid, (writing.get(sid) ?? 0) + 1)
    try {
      await work()
    } finally {
      const left = Number(writing.get(sid)) - 1
      if (left === 0) writing.delete(sid)
      else writing.set(sid, left)
    }
  }

  return {
    counts,

    async get (sid: string) {
      const session = await legacy.get(sid)
      if (writing.has(sid)) counts.skipped++
      else {
        const snapshot = session === null ? null : copyOf(session)
        afterwards('get', sid, session === null ? 'none' : 'session', () => compare(sid, snapshot))
      }
      return session
    },

    async set (sid: string, session: SessionData) {
      const snapshot = copyOf(session)
      await whileWriting(sid, () => legacy.set(sid, session))
      afterwards('set', sid, 'session', async () => {
        if (!await sessions.set(sid, snapshot)) return differ('set', sid, 'session', 'none')
        late.delete(sid)
        counts.same++
      })
    },

    async touch (sid: string, session: SessionData) {
      const snapshot = copyOf(session)
      await legacy.touch(sid, session)
      afterwards('touch', sid, 'session', async () => {
        await sessions.touch(sid, snapshot)
        counts.same++
      })
    },

    async destroy (sid: string) {
      await whileWriting(sid, () => legacy.destroy(sid))
      afterwards('destroy', sid, 'none', async () => {
        await sessions.destroy(sid)
        counts.same++
      })
    },

    follow () {}
  }
}

/** As it is now, whatever becomes of the object. */
function copyOf (session: SessionData): SessionData {
  return JSON.parse(JSON.stringify(session))
}

/** Whatever is no passing failure: what the service says of this session. */
function isRefusal (error: unknown): boolean {
  return error instanceof TypeError || (error instanceof SessionServiceError && error.status >= 400 && error.status < 500)
}

/** What a session holds; its cookie has dates, which touches move. Order does not count. */
function membersOf ({ cookie: _cookie, ...members }: SessionData): string {
  return JSON.stringify(Object.entries(members).sort(([one], [other]) => one < other ? -1 : 1))
}
