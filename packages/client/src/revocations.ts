import { authorizationOf, type Identity } from './authorization.ts'
import { errorOf, SessionServiceError, unreachable } from './errors.ts'
import type { operations } from './openapi.ts'

type Page = operations['revocations']['responses'][200]['content']['application/json']

/** Sessions that have ended: one, those of a user, or everybody's (docs/integrating.md). */
export type Revocation = Page['revocations'][number]

/** `key` or `assertion` is of a service with the scope `sessions:introspect`. */
export interface RevocationsOptions extends Identity {
  /** Where the service is. */
  url: string
  /** Told why nothing is heard, each time that it is tried again. */
  onError?: (error: unknown) => void
  /** Milliseconds without a word after which the connection is given up for another one; the service says something four times a second. */
  silenceMs?: number
  fetch?: typeof globalThis.fetch
  /** Milliseconds on a clock that never goes back. */
  clock?: () => number
}

/** What a token says of its session. */
export interface Claims { sub: string, sid: string, auth_time_ms?: unknown }

export interface Revocations {
  /** Calls back with what has just ended. */
  listen: (callBack: (revocations: Revocation[]) => void) => void
  /** Whether the session of a token has ended. */
  isRevoked: (claims: Claims) => boolean
  /** Everything that ended until so many milliseconds ago is known here; Infinity before the first word. */
  ageMs: () => number
  /** Resolves once `ageMs` is at most that, or false after `patienceMs`. */
  isCurrent: (maxAgeMs: number, patienceMs: number) => Promise<boolean>
  close: () => void
}

const PRUNE_MS = 10_000
const SHORTEST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 5000

/**
 * Listens to the feed of revocations (GET /v1/revocations, as server-sent events) for as long as it is not closed, and remembers what has ended as long as that matters. A connection that breaks or falls
 * silent is made anew and goes on where it was.
 */
export function createRevocations ({ url, key, assertion, onError = () => {}, silenceMs = 2000, fetch = globalThis.fetch, clock = () => performance.now() }: RevocationsOptions): Revocations {
  const target = `${url.replace(/\/+$/, '')}/v1/revocations`
  const listeners: Array<(revocations: Revocation[]) => void> = []
  const sessions = new Map<string, Revocation>()
  /** By the id of the user; under undefined, those of everybody. */
  const users = new Map<string | undefined, Revocation[]>()
  const closing = new AbortController()
  let position: string | undefined
  let wholeAtMs = -Infinity
  let prunedAtMs = clock()
  let failures = 0

  function note (revocation: Revocation): void {
    const { sid, sub } = revocation
    if (sid !== undefined) sessions.set(sid, revocation)
    else users.set(sub, [...users.get(sub) ?? [], revocation])
  }

  function prune (): void {
    if (clock() < prunedAtMs + PRUNE_MS) return
    prunedAtMs = clock()
    const isOver = ({ exp }: Revocation): boolean => exp < Date.now() / 1000
    for (const [sid, revocation] of sessions) if (isOver(revocation)) sessions.delete(sid)
    for (const [sub, all] of users) {
      const left = all.filter(revocation => !isOver(revocation))
      if (left.length === 0) users.delete(sub)
      else users.set(sub, left)
    }
  }

  function take (page: Page): void {
    position = page.position
    failures = 0
    for (const revocation of page.revocations) note(revocation)
    // With more to come nobody knows yet.
    if (!page.more) wholeAtMs = clock() - page.ageMs
    prune()
    if (page.revocations.length > 0) for (const listener of listeners) listener(page.revocations)
  }

  /** Until it breaks, or says nothing for too long. */
  async function readStream (): Promise<void> {
    const silence = new AbortController()
    const watch = setTimeout(() => silence.abort(new Error(`nothing was heard for ${silenceMs} ms`)), silenceMs)
    try {
      const response = await fetch(target, {
        headers: { accept: 'text/event-stream', ...await authorizationOf({ key, assertion }), ...(position !== undefined && { 'last-event-id': position }) },
        redirect: 'error',
        signal: AbortSignal.any([silence.signal, closing.signal])
      })
      if (!response.ok) throw await errorOf(response)
      if (response.body === null) return
      for await (const data of eventsOf(response.body)) {
        watch.refresh()
        take(JSON.parse(data))
      }
    } finally {
      clearTimeout(watch)
    }
  }

  function failed (error: unknown): void {
    if (error instanceof SessionServiceError && error.code === 'position_too_old') {
      position = undefined
      return
    }
    failures++
    try {
      onError(error instanceof SessionServiceError ? error : unreachable(error))
    } catch {
      // Whoever is told has a fault of its own; what has ended is to be heard all the same.
    }
  }

  async function run (): Promise<void> {
    while (!closing.signal.aborted) {
      await readStream().catch(error => { if (!closing.signal.aborted) failed(error) })
      await pause(Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** failures) * (0.5 + Math.random() / 2), closing.signal)
    }
  }

  const ageMs = (): number => clock() - wholeAtMs
  run()
  return {
    listen (callBack) { listeners.push(callBack) },

    isRevoked ({ sub, sid, auth_time_ms: authenticatedAtMs }) {
      if (sessions.has(sid)) return true
      // Of a token that does not say when, nobody knows.
      const isMeant = ({ before = 0, except }: Revocation): boolean => sid !== except && !(Number(authenticatedAtMs) > before)
      return [users.get(sub), users.get(undefined)].some(told => told?.some(isMeant))
    },

    ageMs,

    async isCurrent (maxAgeMs, patienceMs) {
      const givenUpAt = clock() + patienceMs
      while (ageMs() > maxAgeMs) {
        if (clock() >= givenUpAt) return false
        await pause(20)
      }
      return true
    },

    close: () => closing.abort()
  }
}

/** The data of each server-sent event. */
async function * eventsOf (body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true })
    const events = text.split('\n\n')
    text = events.pop() ?? ''
    for (const event of events) {
      const data = event.split('\n').filter(line => line.startsWith('data: ')).map(line => line.slice('data: '.length))
      if (data.length > 0) yield data.join('\n')
    }
  }
}

function pause (ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal?.aborted === true) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
  })
}
