import type { WatchedUser } from './registry.ts'

/** So many users are looked at in one call, of so many sessions, or one of more. */
const MOST_USERS = 16
const MOST_SESSIONS = 32

/** So many calls are under way at once: a validation waits behind them at the store. */
const MOST_CALLS = 4

/** A call that takes longer keeps nobody else waiting. */
const HELD_MS = 50

export type Looks = ReturnType<typeof createLooks>

/** Who is to be looked at: as soon as the event loop comes to it, in the order in which they were named, few at a time, and nobody twice at once. */
export function createLooks (look: (users: WatchedUser[]) => Promise<void>) {
  const waiting = new Set<WatchedUser>()
  let calls = 0
  let hurrying: NodeJS.Immediate | undefined

  function hurry (): void {
    if (waiting.size > 0) hurrying ??= setImmediate(begin)
  }

  function begin (): void {
    hurrying = undefined
    for (const some of inCalls(waiting, MOST_CALLS - calls)) call(some)
  }

  async function call (some: WatchedUser[]): Promise<void> {
    for (const user of some) {
      waiting.delete(user)
      user.isBusy = true
    }
    calls++
    const makeRoom = (): void => {
      calls--
      hurry()
    }
    const held = new Promise(resolve => { setTimeout(resolve, HELD_MS).unref() })
    const looked = look(some)
    Promise.race([looked, held]).then(makeRoom)
    await looked
    for (const user of some) user.isBusy = false
    hurry()
  }

  return {
    /** Everything that is known of these may be outdated. */
    add (users: Iterable<WatchedUser>): void {
      for (const user of users) waiting.add(user)
      hurry()
    },

    remove: (user: WatchedUser): void => { waiting.delete(user) },

    stop: (): void => clearImmediate(hurrying)
  }
}

/** Those of whom nobody is asking just now, in at most so many calls, none of which takes long. */
function inCalls (users: Iterable<WatchedUser>, most: number): WatchedUser[][] {
  const calls: WatchedUser[][] = []
  let sessions = Infinity
  for (const user of users) {
    if (user.isBusy) continue
    sessions += user.sessions.size
    const call = calls.at(-1)
    if (call !== undefined && call.length < MOST_USERS && sessions <= MOST_SESSIONS) {
      call.push(user)
      continue
    }
    if (calls.length === most) break
    calls.push([user])
    sessions = user.sessions.size
  }
  return calls
}
