import type { WatchedUser } from './registry.ts'

/** So many users are looked at in one call, of so many sessions, or one of more. */
const MOST_USERS = 16
const MOST_SESSIONS = 32

/**
 * So many calls are under way at once, because a validation waits behind them at the store: each takes Redis about half a millisecond. Where many wait it is one for each 640 of them:
 * ten thousand are then looked at within half a second, also if a call takes 10 ms.
 */
const FEWEST_CALLS = 4
const WAITING_A_CALL = 640

/** A call that takes longer, as none should, keeps nobody else waiting. */
const HELD_MS = 50

export type Looks = ReturnType<typeof createLooks>

/**
 * Who is to be looked at: as soon as the event loop comes to it, few at a time, and nobody twice at once. Whoever something happened to comes before those whose turn it is, and otherwise
 * it is the order in which they were named. `look` does not reject.
 */
export function createLooks (look: (users: WatchedUser[]) => Promise<void>) {
  const [urgent, others] = [new Set<WatchedUser>(), new Set<WatchedUser>()]
  const underWay = new Set<WatchedUser>()
  let calls = 0
  let hurrying: NodeJS.Immediate | undefined
  let isStopped = false

  const waiting = (): number => urgent.size + others.size

  function hurry (): void {
    if (!isStopped && waiting() > 0) hurrying ??= setImmediate(begin)
  }

  function begin (): void {
    hurrying = undefined
    const most = Math.max(FEWEST_CALLS, Math.ceil(waiting() / WAITING_A_CALL))
    for (const some of inCalls(free(), most - calls)) call(some)
  }

  /** Those of whom nobody is asking just now. */
  function * free (): Iterable<WatchedUser> {
    for (const users of [urgent, others]) for (const user of users) if (!underWay.has(user)) yield user
  }

  function call (some: WatchedUser[]): void {
    let isCounted = true
    const makeRoom = (): void => {
      if (isCounted) calls--
      isCounted = false
      hurry()
    }
    for (const user of some) {
      remove(user)
      underWay.add(user)
    }
    calls++
    const held = setTimeout(makeRoom, HELD_MS).unref()
    look(some).finally(() => {
      for (const user of some) underWay.delete(user)
      clearTimeout(held)
      makeRoom()
    })
  }

  function remove (user: WatchedUser): void {
    urgent.delete(user)
    others.delete(user)
  }

  return {
    /** Everything that is known of these may be outdated. */
    add (users: Iterable<WatchedUser>, isUrgent = false): void {
      for (const user of users) {
        if (urgent.has(user)) continue
        if (isUrgent) others.delete(user)
        const among = isUrgent ? urgent : others
        among.add(user)
      }
      hurry()
    },

    remove,

    isUnderWay: (user: WatchedUser): boolean => underWay.has(user),

    stop (): void {
      isStopped = true
      clearImmediate(hurrying)
    }
  }
}

/** At most so many calls, none of which takes long. */
function inCalls (users: Iterable<WatchedUser>, most: number): WatchedUser[][] {
  const calls: WatchedUser[][] = []
  let sessions = Infinity
  for (const user of users) {
    sessions += user.sessions.size
    const call = calls.at(-1)
    if (call !== undefined && call.length < MOST_USERS && sessions <= MOST_SESSIONS) {
      call.push(user)
      continue
    }
    if (calls.length >= most) break
    calls.push([user])
    sessions = user.sessions.size
  }
  return calls
}
