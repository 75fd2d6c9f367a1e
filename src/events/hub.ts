import { slotOf } from '../sessions/credential.ts'
import { invalidSession } from '../sessions/alive.ts'
import { serviceError } from '../sessions/errors.ts'
import { likelyReason, nearDeadlines, quietMs } from './deadlines.ts'
import { createListener, hexOf, type Listener, type LiveEvent, type Outlet } from './listener.ts'
import { isAlive, type Lifespan, type LoggedEvent, type LiveVerdict, type UserLog, type Watched } from './user-log.ts'

/** News of what changes sessions, and of what is added to logs, from every instance. */
export interface News {
  listen: (onChange: (slot: string | null) => void) => unknown
  onEvents: (onEvent: (userId: string) => void) => void
  isProven: () => boolean
}

export interface HubOptions {
  log: UserLog
  /** Asked for once, with the first connection. */
  news: () => News
  limits: { perSession: number, perUser: number }
  /** A monotonic clock. */
  clock?: () => number
}

interface WatchedSession {
  id: string
  hex: string
  listeners: Map<Listener, Outlet>
  lifespan: Lifespan | null
  judgedAtMs: number
  usedAtMs: number
}

interface WatchedUser {
  userId: string
  sessions: Map<string, WatchedSession>
  isBusy: boolean
  askedAtMs: number
  /** When something happens by itself, on the monotonic clock. */
  dueAtMs: number
  renewAtMs: number
}

/** A session, and who listened to it when it was looked at. */
interface Judged { session: WatchedSession, listeners: Listener[] }

/** How often it is looked who is due. */
const PASS_MS = 100

/** While news may be missed everybody is looked at again after this time. */
const UNPROVEN_MS = 600

/** After a look that failed. */
const RETRY_MS = 250

/** The store keeps log and presence for five times as long. */
const RENEW_MS = 60_000

const LEASE_EVERY_MS = 1000

/** So many users are looked at in one call. */
const MOST = 16

/** Uses are recorded once in this time. */
const USE_MS = 1000

/** Clients of an instance that stops come back spread over this time, after the least of it. */
const LEAST_RETRY_MS = 500
const MOST_RETRY_MS = 5000

export type EventHub = ReturnType<typeof createEventHub>

export interface Connection {
  /** The user has sent something: a use of the session. */
  use: () => void
  /** The connection is gone. */
  leave: () => void
}

/**
 * Everybody who listens on this instance, by user and session. A user is looked at when there is news of it, when a deadline comes by what is known of its sessions, and all the time
 * while news may be missed: its log and its sessions in one atomic step, which is no use of them. A dead session's connections are told so and ended; nothing is sent to them of later.
 */
export function createEventHub ({ log, news, limits, clock = () => performance.now() }: HubOptions) {
  const users = new Map<string, WatchedUser>()
  const slots = new Map<string, Set<WatchedUser>>()
  /** Of whom there may be something that is not known. */
  const dirty = new Set<WatchedUser>()
  const leaving: Array<[userId: string, sessionId: string]> = []
  let feed: News | undefined
  let timer: NodeJS.Timeout | undefined
  let hurrying: NodeJS.Immediate | undefined
  let leaseAtMs = -Infinity
  let isClosed = false

  /** Everything that is known of these may be outdated. */
  function doubt (some: Iterable<WatchedUser>): void {
    for (const user of some) dirty.add(user)
    hurryOn()
  }

  /** News comes often and is about few: the others are not gone through for it. */
  function hurryOn (): void {
    if (dirty.size === 0) return
    hurrying ??= setImmediate(() => {
      hurrying = undefined
      pass(dirty)
    })
  }

  function doubtAll (): void {
    doubt(users.values())
  }

  function start (): void {
    if (feed === undefined) {
      feed = news()
      feed.listen(slot => doubt(slot === null ? users.values() : slots.get(slot) ?? []))
      feed.onEvents(userId => {
        const user = users.get(userId)
        if (user !== undefined) doubt([user])
      })
    }
    timer ??= setInterval(() => pass(users.values()), PASS_MS).unref()
  }

  function isDue (user: WatchedUser, nowMs: number, isProven: boolean): boolean {
    if (user.isBusy) return false
    return dirty.has(user) || nowMs >= user.dueAtMs || nowMs >= user.renewAtMs || (!isProven && nowMs >= user.askedAtMs + UNPROVEN_MS)
  }

  function pass (some: Iterable<WatchedUser>): void {
    const [nowMs, isProven] = [clock(), feed?.isProven() === true]
    const due = [...some].filter(user => isDue(user, nowMs, isProven))
    for (let i = 0; i < due.length; i += MOST) look(due.slice(i, i + MOST), nowMs)
    if (nowMs >= leaseAtMs) keepPresence(nowMs)
  }

  /** What could not be told is told later. */
  function keepPresence (nowMs: number): void {
    leaseAtMs = nowMs + LEASE_EVERY_MS
    if (users.size > 0) log.keepLease().catch(() => {})
    for (const [userId, sessionId] of leaving.splice(0)) leave(userId, sessionId)
  }

  function leave (userId: string, sessionId: string): void {
    if (users.get(userId)?.sessions.has(sessionId) === true) return
    log.leave(userId, sessionId).catch(() => leaving.push([userId, sessionId]))
  }

  async function look (some: WatchedUser[], askedAtMs: number): Promise<void> {
    const asked = some.map(user => {
      const sessions = [...user.sessions.values()].map(session => ({ session, listeners: [...session.listeners.keys()] }))
      const positions = sessions.flatMap(({ listeners }) => listeners.flatMap(listener => listener.position() ?? []))
      const renews = askedAtMs >= user.renewAtMs
      if (renews) user.renewAtMs = askedAtMs + RENEW_MS
      Object.assign(user, { isBusy: true, askedAtMs, dueAtMs: Infinity })
      dirty.delete(user)
      return { user, sessions, renews, after: positions.length === 0 ? null : Math.min(...positions) }
    })
    const replies = await log.watch(asked.map(({ user: { userId }, sessions, after, renews }) => ({ userId, sessionIds: sessions.map(({ session }) => session.id), after, keeps: renews ? 'presence' as const : '' as const }))).catch(() => [])
    for (const [i, { user, sessions, renews }] of asked.entries()) {
      user.isBusy = false
      const watched = replies[i] ?? null
      if (watched === null) {
        // Broken is not logged out, and what was not told is told later.
        Object.assign(user, { dueAtMs: clock() + RETRY_MS, ...(renews && { renewAtMs: 0 }) })
        continue
      }
      for (const [j, verdict] of watched.verdicts.entries()) {
        const judged = sessions[j]
        if (judged !== undefined) take(user, judged, watched, verdict, askedAtMs)
      }
    }
    hurryOn()
  }

  function take (user: WatchedUser, { session, listeners }: Judged, watched: Watched, verdict: LiveVerdict, askedAtMs: number): void {
    if (!isAlive(verdict)) return end(user, session, verdict.reason || likelyReason(session.lifespan, askedAtMs - session.judgedAtMs))
    Object.assign(session, { lifespan: verdict, judgedAtMs: askedAtMs })
    user.dueAtMs = Math.min(user.dueAtMs, askedAtMs + quietMs(verdict))
    const near = nearDeadlines(verdict)
    for (const listener of listeners.filter(listener => session.listeners.has(listener))) {
      listener.take(watched, entry => concerns(entry, session.hex))
      for (const deadline of near) listener.warn(deadline)
    }
    // It may have been written down as online after it had left.
    if (session.listeners.size === 0) leave(user.userId, session.id)
  }

  function end (user: WatchedUser, session: WatchedSession, reason: string): void {
    for (const [listener, outlet] of [...session.listeners]) {
      remove(user, session, listener)
      listener.revoke(reason)
      outlet.end({ kind: 'session', reason })
    }
  }

  function remove (user: WatchedUser, session: WatchedSession, listener: Listener): void {
    if (!session.listeners.delete(listener) || session.listeners.size > 0) return
    user.sessions.delete(session.id)
    leave(user.userId, session.id)
    if (user.sessions.size > 0) return
    users.delete(user.userId)
    dirty.delete(user)
    const slot = slotOf(session.id)
    slots.get(slot)?.delete(user)
    if (slots.get(slot)?.size === 0) slots.delete(slot)
    if (users.size > 0) return
    clearInterval(timer)
    timer = undefined
  }

  function userOf (userId: string, slot: string): WatchedUser {
    const known = users.get(userId)
    if (known !== undefined) return known
    const user = { userId, sessions: new Map(), isBusy: false, askedAtMs: 0, dueAtMs: Infinity, renewAtMs: 0 }
    users.set(userId, user)
    slots.set(slot, (slots.get(slot) ?? new Set()).add(user))
    return user
  }

  /** A use of the session, told at most once in a while. */
  async function use (user: WatchedUser, session: WatchedSession): Promise<void> {
    const nowMs = clock()
    if (nowMs < session.usedAtMs + USE_MS) return
    session.usedAtMs = nowMs
    const isKnownAlive = await log.touch(session.id).catch(() => true)
    if (!isKnownAlive && users.get(user.userId) === user) doubt([user])
  }

  /** @throws ServiceError `too_many_streams`, `shutting_down` */
  function assertRoom ({ userId, id }: { userId: string, id: string }): void {
    if (isClosed) throw serviceError('shutting_down', 'This instance stops. Go on at another one.', { headers: { 'retry-after': '1' } })
    const sessions = users.get(userId)?.sessions
    if (sessions === undefined) return
    const ofUser = [...sessions.values()].reduce((sum, { listeners }) => sum + listeners.size, 0)
    if ((sessions.get(id)?.listeners.size ?? 0) >= limits.perSession) throw tooMany(`This session has ${limits.perSession} live connections to this instance already.`)
    if (ofUser >= limits.perUser) throw tooMany(`This account has ${limits.perUser} live connections to this instance already.`)
  }

  return {
    assertRoom,

    /**
     * Tells a connection everything about that session and its user from now on, or from behind a position on (`POSITION`), and when it is over.
     * @throws ServiceError `too_many_streams`, `shutting_down`
     */
    join (of: { userId: string, id: string }, outlet: Outlet, after: string | null): Connection {
      assertRoom(of)
      const { userId, id } = of
      const user = userOf(userId, slotOf(id))
      const session = user.sessions.get(id) ?? { id, hex: hexOf(id), listeners: new Map<Listener, Outlet>(), lifespan: null, judgedAtMs: 0, usedAtMs: -Infinity }
      if (session.listeners.size === 0) user.renewAtMs = 0
      user.sessions.set(id, session)
      const listener = createListener(outlet.send, id, after)
      session.listeners.set(listener, outlet)
      start()
      doubt([user])
      return {
        use: () => { use(user, session) },
        leave: () => remove(user, session, listener)
      }
    },

    /** Whether that session is alive; looking is no use of it. @throws ServiceError `store_unavailable` */
    async isAlive ({ userId, id }: { userId: string, id: string }): Promise<boolean> {
      const [watched] = await log.watch([{ userId, sessionIds: [id], after: null, keeps: '' }])
      return watched?.verdicts.every(isAlive) === true
    },

    /**
     * What there is to tell that session behind a position, and no more: for whoever asks again and again.
     * @throws ServiceError `invalid_session`, `store_unavailable`
     */
    async read ({ userId, id }: { userId: string, id: string }, after: string | null): Promise<LiveEvent[]> {
      const events: LiveEvent[] = []
      const listener = createListener(event => { events.push(event) }, id, after)
      const [watched] = await log.watch([{ userId, sessionIds: [id], after: listener.position(), keeps: 'log' }])
      const verdict = watched?.verdicts[0]
      if (watched == null || verdict === undefined) throw unreadable()
      if (!isAlive(verdict)) throw invalidSession()
      listener.take(watched, entry => concerns(entry, hexOf(id)))
      for (const deadline of nearDeadlines(verdict)) listener.warn(deadline)
      return events
    },

    doubtAll,

    /** How many connections there are. */
    size: () => [...users.values()].flatMap(({ sessions }) => [...sessions.values()]).reduce((sum, { listeners }) => sum + listeners.size, 0),

    /** Ends every connection, each with another moment to come back at. */
    close (): void {
      isClosed = true
      for (const user of [...users.values()]) {
        for (const session of [...user.sessions.values()]) {
          for (const [listener, outlet] of [...session.listeners]) {
            remove(user, session, listener)
            outlet.end({ kind: 'restart', retryMs: Math.round(LEAST_RETRY_MS + Math.random() * (MOST_RETRY_MS - LEAST_RETRY_MS)) })
          }
        }
      }
      clearImmediate(hurrying)
    }
  }
}

function unreadable () {
  return serviceError('store_unavailable', 'The log of events cannot be read. Try again in a moment.')
}

function tooMany (detail: string) {
  return serviceError('too_many_streams', `${detail} Close one of them first.`, { headers: { 'retry-after': '1' } })
}

/** What is about one session alone is told to nobody else. */
function concerns ({ type, hex, payload }: LoggedEvent, ofSession: string): boolean {
  const isOwn = type === 'session.rotated' || (type === 'data.changed' && payload.startsWith('{"scope":"session"'))
  return !isOwn || hex === ofSession
}
