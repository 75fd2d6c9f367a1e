import { invalidSession } from '../sessions/alive.ts'
import { serviceError } from '../sessions/errors.ts'
import { createAttendance } from './attendance.ts'
import { likelyReason, nearDeadlines, quietMs } from './deadlines.ts'
import { createGlances } from './glances.ts'
import { createListener, hexOf, type Listener, type LiveEvent, type Outlet } from './listener.ts'
import { createLooks } from './looks.ts'
import { createRegistry, type Holder, type WatchedSession, type WatchedUser } from './registry.ts'
import { restartRetryMs } from './restart.ts'
import { isAlive, isOutdated, type LoggedEvent, type LiveVerdict, type UserLog, type Watched } from './user-log.ts'

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
  /** The store records a use at most once in this time, and lets a session live for longer by it. */
  touchIntervalMs: number
  /** A monotonic clock. */
  clock?: () => number
}

/** A session, and who listened to it when it was looked at. */
interface Judged { session: WatchedSession, listeners: Listener[] }

/** How often it is looked who is due. */
const PASS_MS = 100

/** After a look that failed, and a use that could not be recorded. */
const RETRY_MS = 250

/** The store keeps log and presence for five times as long. */
const RENEW_MS = 60_000

/** Uses are told once in this time, or a touch interval if that is shorter: half of the shortest idle time, so that one that waits is told before the session ends. */
const USE_MS = 500

export type EventHub = ReturnType<typeof createEventHub>

export interface Connection {
  /** The user has sent something: a use of the session. */
  use: () => void
  /** The connection is gone. */
  leave: () => void
}

/**
 * Tells everybody who listens on this instance. A user is looked at when there is news of it, when a deadline comes by what is known of its sessions, and
 * when a glance, as long as news may be missed, finds that there is something new: its log and its sessions in one atomic step, which is no use of them. A dead session's connections are told so and ended; nothing is sent to them of later.
 */
export function createEventHub ({ log, news, limits, touchIntervalMs, clock = () => performance.now() }: HubOptions) {
  const listening = createRegistry()
  const useEveryMs = Math.min(USE_MS, touchIntervalMs)
  const looks = createLooks(look)
  const attendance = createAttendance({ log, listening })
  const glances = createGlances({ log, listening, looks })
  let feed: News | undefined
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  const doubtAll = (): void => looks.add(listening.all())

  function start (): void {
    if (feed === undefined) {
      feed = news()
      feed.listen(slot => slot === null ? doubtAll() : looks.add(listening.inSlot(slot), true))
      feed.onEvents(userId => {
        const user = listening.user(userId)
        if (user !== undefined) looks.add([user], true)
      })
    }
    timer ??= setInterval(pass, PASS_MS).unref()
  }

  function pass (): void {
    const nowMs = clock()
    looks.add([...listening.all()].filter(user => !looks.isUnderWay(user) && (nowMs >= user.dueAtMs || nowMs >= user.renewAtMs)))
    attendance.keep(nowMs)
    if (feed?.isProven() !== true) glances.glance(nowMs)
  }

  async function look (some: WatchedUser[]): Promise<void> {
    const askedAtMs = clock()
    const asked = some.map(user => {
      const sessions = [...user.sessions.values()].map(session => ({ session, listeners: [...session.listeners.keys()] }))
      const positions = sessions.flatMap(({ listeners }) => listeners.flatMap(listener => listener.position() ?? []))
      const renews = askedAtMs >= user.renewAtMs
      if (renews) user.renewAtMs = askedAtMs + RENEW_MS
      user.dueAtMs = Infinity
      return { user, sessions, renews, after: positions.length === 0 ? null : Math.min(...positions) }
    })
    const replies = await log.watch(asked.map(({ user: { userId }, sessions, after, renews }) => ({ userId, sessionIds: sessions.map(({ session }) => session.id), after, keeps: renews ? 'presence' as const : '' as const }))).catch(() => [])
    for (const [i, { user, sessions, renews }] of asked.entries()) {
      const watched = replies[i] ?? null
      // Broken is not logged out, and what was not told is told later.
      if (watched === null && renews) user.renewAtMs = clock() + RETRY_MS
      if (watched !== null) user.newest = watched.newest
      for (const [j, judged] of sessions.entries()) take(user, judged, watched, watched?.verdicts[j] ?? null, askedAtMs)
    }
  }

  function take (user: WatchedUser, { session, listeners }: Judged, watched: Watched | null, verdict: LiveVerdict | null, askedAtMs: number): void {
    if (watched === null || verdict === null) return comeBack(user, clock() + RETRY_MS)
    if (!isAlive(verdict)) return end(user, session, verdict.reason || followedBy(session, watched) || likelyReason(session.lifespan, askedAtMs - session.judgedAtMs))
    Object.assign(session, { lifespan: verdict, judgedAtMs: askedAtMs })
    const near = nearDeadlines(verdict)
    for (const listener of listeners) {
      const seat = session.listeners.get(listener)
      if (seat === undefined) continue
      if (isOutdated(seat.generation, verdict)) {
        remove(user, session, listener)
        seat.outlet.end({ kind: 'replaced' })
        continue
      }
      listener.take(watched, entry => concerns(entry, session.hex))
      for (const deadline of near) listener.warn(deadline)
      comeBack(user, askedAtMs + quietMs(verdict, seat.generation))
    }
    // It may have been written down as online after it had left.
    if (session.listeners.size === 0) attendance.leave(user.userId, session.id)
  }

  /** Then at the latest. */
  function comeBack (user: WatchedUser, atMs: number): void {
    user.dueAtMs = Math.min(user.dueAtMs, atMs)
  }

  function end (user: WatchedUser, session: WatchedSession, reason: string): void {
    for (const [listener, { outlet }] of [...session.listeners]) {
      remove(user, session, listener)
      listener.revoke(reason)
      outlet.end({ kind: 'session', reason })
    }
    // Nobody else would notice soon, and the other devices are to know.
    if (reason.startsWith('expired')) log.bury(user.userId).catch(() => {})
  }

  function remove (user: WatchedUser, session: WatchedSession, listener: Listener): void {
    if (!listening.remove(user, session, listener)) return
    attendance.leave(user.userId, session.id)
    if (user.sessions.size === 0) looks.remove(user)
    if (!listening.isEmpty()) return
    clearInterval(timer)
    timer = undefined
  }

  /** A use of the session, told at most once in a while: what comes too soon is told when that is over, and what could not be told later, as long as anybody listens. */
  async function use (user: WatchedUser, session: WatchedSession): Promise<void> {
    const nowMs = clock()
    const waitMs = session.usedAtMs + useEveryMs - nowMs
    if (waitMs > 0) return useIn(waitMs, user, session)
    session.usedAtMs = nowMs
    try {
      if (!await log.touch(session.id) && session.listeners.size > 0) looks.add([user])
    } catch {
      session.usedAtMs = -Infinity
      if (session.listeners.size > 0) useIn(RETRY_MS, user, session)
    }
  }

  function useIn (ms: number, user: WatchedUser, session: WatchedSession): void {
    clearTimeout(session.useTimer)
    session.useTimer = setTimeout(() => use(user, session), ms).unref()
  }

  /** @throws ServiceError `too_many_streams`, `shutting_down` */
  function assertRoom (holder: Holder): void {
    if (isClosed) throw serviceError('shutting_down', 'This instance stops. Go on at another one.', { headers: { 'retry-after': '1' } })
    const { ofUser, ofSession } = listening.countOf(holder)
    if (ofSession >= limits.perSession) throw tooMany(`This session has ${limits.perSession} live connections to this instance already.`)
    if (ofUser >= limits.perUser) throw tooMany(`This account has ${limits.perUser} live connections to this instance already.`)
  }

  return {
    assertRoom,

    /**
     * Tells a connection everything about that session and its user from now on, or from behind a position on (`POSITION`), and when it is over.
     * @throws ServiceError `too_many_streams`, `shutting_down`
     */
    join (holder: Holder, outlet: Outlet, after: string | null): Connection {
      assertRoom(holder)
      const send = (event: LiveEvent): void => {
        outlet.send(event)
        if (isHandover(event, holder)) log.acknowledge(holder.userId, event.id).catch(() => { /* whoever waits goes on by itself */ })
      }
      const listener = createListener(send, holder.id, after)
      const { user, session } = listening.add(holder, listener, { outlet, generation: holder.generation })
      start()
      looks.add([user])
      return {
        use: () => { use(user, session) },
        leave: () => remove(user, session, listener)
      }
    },

    /** Whether that session is alive, and its credential not outdated; looking is no use of it. @throws ServiceError `store_unavailable` */
    async isAlive ({ userId, id, generation }: Holder): Promise<boolean> {
      const [watched] = await log.watch([{ userId, sessionIds: [id], after: null, keeps: '' }])
      const verdict = watched?.verdicts[0] ?? null
      if (verdict === null) throw unreadable()
      return isAlive(verdict) && !isOutdated(generation, verdict)
    },

    /**
     * What there is to tell that session behind a position, and no more: for whoever asks again and again.
     * @throws ServiceError `invalid_session`, `store_unavailable`
     */
    async read ({ userId, id }: Pick<Holder, 'userId' | 'id'>, after: string | null): Promise<LiveEvent[]> {
      const events: LiveEvent[] = []
      const listener = createListener(event => { events.push(event) }, id, after)
      const [watched] = await log.watch([{ userId, sessionIds: [id], after: listener.position(), keeps: 'log' }])
      const verdict = watched?.verdicts[0] ?? null
      if (watched == null || verdict === null) throw unreadable()
      if (!isAlive(verdict)) throw invalidSession()
      listener.take(watched, entry => concerns(entry, hexOf(id)))
      for (const deadline of nearDeadlines(verdict)) listener.warn(deadline)
      return events
    },

    doubtAll,

    /** How many connections there are. */
    size: listening.size,

    /** Ends every connection, each with another moment to come back at. */
    close (): void {
      isClosed = true
      for (const user of [...listening.all()]) {
        for (const session of [...user.sessions.values()]) {
          for (const [listener, { outlet }] of [...session.listeners]) {
            remove(user, session, listener)
            outlet.end({ kind: 'restart', retryMs: restartRetryMs() })
          }
        }
      }
      looks.stop()
    }
  }
}

function unreadable () {
  return serviceError('store_unavailable', 'The log of events cannot be read. Try again in a moment.')
}

function tooMany (detail: string) {
  return serviceError('too_many_streams', `${detail} Close one of them first.`, { headers: { 'retry-after': '1' } })
}

/** Whether it tells that session that another one does now what it did: whoever took over waits for that. */
function isHandover ({ type, text }: LiveEvent, { id }: Holder): boolean {
  return type === 'active.changed' && text.includes(`"formerHolder":"${id}"`)
}

/** Whose password was proven goes on under another id, and leaves nothing behind that says so but this. */
function followedBy ({ id }: Pick<WatchedSession, 'id'>, { entries }: Watched): string {
  return entries.some(({ type, payload }) => type === 'session.rotated' && payload.includes(`"formerSessionId":"${id}"`)) ? 'reauthenticated' : ''
}

/** What is about one session alone is told to nobody else. That it goes on under another id is not. */
function concerns ({ type, hex, payload }: LoggedEvent, ofSession: string): boolean {
  const isOwn = (type === 'session.rotated' && !payload.startsWith('{"formerSessionId"')) || (type === 'data.changed' && payload.startsWith('{"scope":"session"'))
  return !isOwn || hex === ofSession
}
