import type { components } from './asyncapi.ts'
import { createClient, type ClientOptions } from './client.ts'
import { SessionServiceError, unreachable } from './errors.ts'

type Events = components['schemas']

/** What the service tells, by its `type` (docs/live-events.md). There may come more than these. */
export type LiveEvent = Events[keyof Events]

/** As browsers, Node from 22 on, and the package `ws` have it. */
interface Socket {
  onmessage: ((event: never) => void) | null
  onclose: ((event: never) => void) | null
  onerror: ((event: never) => void) | null
  close: () => void
}

export interface LiveEventsOptions extends Pick<ClientOptions, 'url' | 'timeoutMs' | 'fetch'> {
  /** The credential, asked for each time that it connects: another one may have taken its place. Absent in a page by cookie, whose `fetch` sends that. */
  session?: () => string
  /** Told each event, once and in order. */
  onEvent: (event: LiveEvent) => void
  /** Told whether events are coming, when that changes. */
  onConnected?: (isConnected: boolean) => void
  /** Told that the session has ended, with the reason as far as the service knows it: then it is not tried again. */
  onEnd?: (reason: string) => void
  /** Told why there is no connection, each time that it is tried again. */
  onError?: (error: unknown) => void
  /** `id` of the last event that was told before. */
  after?: string
  /** Milliseconds without a word after which the connection is given up for another one; the service says something every 20 seconds (EVENTS_HEARTBEAT_SECONDS). */
  silenceMs?: number
  WebSocket?: new (url: string, protocols: string[]) => Socket
}

export interface LiveEvents { close: () => void }

/** How a connection came to its end. */
interface Closed { code: number, reason: string, error?: unknown }

const PROTOCOL = 'session-events.v1'
const SESSION_ENDED = 4401
const TOO_MANY = 4429
const ABNORMAL = 1006
const SHORTEST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000

/**
 * Listens to the live events of a session until that has ended or it is closed. A connection that breaks or falls silent is made anew and goes on where it was.
 * Each one is opened with a ticket, also by cookie: of a refused socket a browser tells nobody why, of a refused ticket it does.
 */
export function createLiveEvents ({ url, timeoutMs, fetch, session, onEvent, onConnected = () => {}, onEnd = () => {}, onError = () => {}, after, silenceMs = 50_000, WebSocket = globalThis.WebSocket }: LiveEventsOptions): LiveEvents {
  if (WebSocket === undefined) throw new TypeError('There is no WebSocket here: give one, such as that of the package ws.')
  const client = createClient({ url, timeoutMs, fetch, retries: 0 })
  const closing = new AbortController()
  let position = after
  let failures = 0

  /** Resolves when the connection is over, by whichever side. */
  function listen (ticket: string): Promise<Closed> {
    return new Promise(resolve => {
      const socket = new WebSocket(addressOf(url, position), [PROTOCOL, `ticket.${ticket}`])
      const leave = (): void => finish({ code: 1000, reason: '' })
      const giveUp = (): void => finish({ code: ABNORMAL, reason: `nothing was heard for ${silenceMs} ms` })
      let watch = setTimeout(giveUp, silenceMs)
      let isConnected = false

      function finish (closed: Closed): void {
        clearTimeout(watch)
        closing.signal.removeEventListener('abort', leave)
        socket.onmessage = null
        socket.close()
        if (isConnected) onConnected(false)
        isConnected = false
        resolve(closed)
      }

      socket.onmessage = ({ data }: { data: unknown }) => {
        clearTimeout(watch)
        watch = setTimeout(giveUp, silenceMs)
        failures = 0
        if (!isConnected) onConnected(isConnected = true)
        take(JSON.parse(String(data)))
      }
      socket.onclose = finish
      // What is wrong is told by the end that follows.
      socket.onerror = () => {}
      closing.signal.addEventListener('abort', leave)
    })
  }

  function take (frame: LiveEvent | { id?: never }): void {
    if (frame.id === undefined) return
    position = frame.id
    onEvent(frame)
  }

  /** One connection, until it is over or if there is none. */
  async function connect (): Promise<Closed> {
    try {
      const { body } = await client.issueEventTicket({ session: session?.(), signal: closing.signal })
      return await listen(body.ticket)
    } catch (error) {
      if (error instanceof SessionServiceError && error.status === 401) return { code: SESSION_ENDED, reason: 'ended' }
      return { code: ABNORMAL, reason: '', error }
    }
  }

  async function run (): Promise<void> {
    for (;;) {
      const closed = await connect()
      if (closing.signal.aborted) return
      if (closed.code === SESSION_ENDED) return onEnd(closed.reason)
      onError(closed.error ?? unreachable(closed))
      await pause(pauseAfter(closed) ?? Math.min(LONGEST_PAUSE_MS, SHORTEST_PAUSE_MS * 2 ** failures++) * (0.5 + Math.random() / 2), closing.signal)
    }
  }

  run()
  return { close: () => closing.abort() }
}

function addressOf (url: string, position: string | undefined): string {
  const address = `${url.replace(/^http/, 'ws').replace(/\/+$/, '')}/session/events`
  return position === undefined ? address : `${address}?${new URLSearchParams({ after: position })}`
}

/** What the service says of when to come back; null if it does not. */
function pauseAfter ({ code, reason, error }: Closed): number | null {
  if (error instanceof SessionServiceError) return error.retryAfterMs
  const [, retryMs] = /^retry=(\d+)$/.exec(reason) ?? []
  if (retryMs !== undefined) return Number(retryMs)
  return code === TOO_MANY ? LONGEST_PAUSE_MS : null
}

function pause (ms: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    if (signal.aborted) return resolve()
    const done = (): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}
