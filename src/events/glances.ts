import type { Looks } from './looks.ts'
import type { Registry, WatchedUser } from './registry.ts'
import type { UserLog } from './user-log.ts'

export interface GlancesOptions {
  log: Pick<UserLog, 'haveChanged'>
  listening: Pick<Registry, 'all' | 'size'>
  looks: Pick<Looks, 'add' | 'isUnderWay'>
}

/** It is asked so often of whom there is any news. */
const EVERY_MS = 200
/** So many users and sessions in one call, or one of more: about 0.4 ms of Redis. */
const USERS_A_CALL = 32
const SESSIONS_A_CALL = 64
/** So many calls are under way at once, or one for each so many users: ten thousand are then asked about within half a second, also if a call takes 10 ms. */
const FEWEST_LANES = 2
const USERS_A_LANE = 1280
/** A call that takes longer keeps nobody else waiting. */
const HELD_MS = 50

/** What is done while news may be missed: all who listen are asked about again and again, and who has something new is looked at. A glance costs Redis a quarter of a look. */
export function createGlances ({ log, listening, looks }: GlancesOptions) {
  let [isUnderWay, begunAtMs] = [false, -Infinity]

  async function glanceAtAll (): Promise<void> {
    const calls = inCalls(listening.all())
    const lanes = Math.max(FEWEST_LANES, Math.ceil(listening.size() / USERS_A_LANE))
    await Promise.all(Array.from({ length: lanes }, async () => {
      for (const some of calls) await settledWithin(HELD_MS, glanceAt(some))
    }))
  }

  /** Who is being looked at, or has left, is left out: if that look comes too early, the next glance says so. */
  function * inCalls (users: Iterable<WatchedUser>): Generator<WatchedUser[]> {
    let [some, sessions]: [WatchedUser[], number] = [[], 0]
    for (const user of users) {
      if (looks.isUnderWay(user)) continue
      some.push(user)
      sessions += user.sessions.size
      if (some.length < USERS_A_CALL && sessions < SESSIONS_A_CALL) continue
      yield some
      some = []
      sessions = 0
    }
    if (some.length > 0) yield some
  }

  async function glanceAt (some: WatchedUser[]): Promise<void> {
    const known = some.map(({ userId, sessions, newest }) => ({ userId, sessionIds: [...sessions.keys()], newest }))
    // Nobody is told anything while the store is away.
    const changed = await log.haveChanged(known).catch(() => [])
    looks.add(some.filter((user, i) => changed[i] === true && user.sessions.size > 0), true)
  }

  return {
    /** To be called often, with the moment: it begins when it is time. */
    glance (nowMs: number): void {
      if (isUnderWay || nowMs < begunAtMs + EVERY_MS) return
      [isUnderWay, begunAtMs] = [true, nowMs]
      glanceAtAll().finally(() => { isUnderWay = false })
    }
  }
}

/** When it is settled, or so many milliseconds have passed. It does not reject. */
function settledWithin (ms: number, promise: Promise<void>): Promise<void> {
  return new Promise(resolve => {
    const timer = setTimeout(resolve, ms).unref()
    promise.finally(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}
