import { tagOf } from '../sessions/credential.ts'
import type { EndCause } from '../sessions/activity.ts'
import type { HistoryLimits, SessionStore } from '../sessions/store.ts'
import type { Call } from './call.ts'
import { touchText, type TouchOptions } from './everybody.ts'
import { historyText } from './history.ts'
import type { Keys } from './keys.ts'
import type { LiveCount } from './live-count.ts'
import type { RedisClient } from './scripts.ts'

export interface DeletionOptions extends TouchOptions {
  client: RedisClient
  liveCount: LiveCount
  historyLimits: HistoryLimits
}

export interface EndAllOptions extends DeletionOptions {
  keys: Keys
  /** How long a not-before has to be remembered: the longest that a session may live. */
  longestLifetimeMs: number
}

/** Sessions that the first script deletes at most: all of most accounts. Of one that has more each further script deletes less, so that of many next to none blocks Redis for a millisecond, on a slow machine either. */
const FIRST_SLICE = 8
const SLICE = 4

/** Deletes what an index holds of dead sessions, in slices; resolves to how many that were. */
export function createDeletion ({ client, liveCount, historyLimits, ...options }: DeletionOptions, call: Call): (index: string) => Promise<number> {
  const [history, touch] = [historyText(historyLimits), touchText(options)]

  async function passOver (index: string): Promise<{ deleted: number, stayed: number }> {
    let deleted = 0
    for (let [stayed, size] = [0, FIRST_SLICE]; ; size = SLICE) {
      const [seen, staying, ...buckets] = await call(() => client.sessionsEndSlice(index, stayed, size, touch(), history))
      for (const bucket of buckets) liveCount.remove(bucket)
      deleted += buckets.length
      stayed += staying
      if (seen < size) return { deleted, stayed }
    }
  }

  /** A member that stays may move to the end of the index meanwhile and let another slip by: looked at again until nothing is left. */
  return async function deleteEnded (index) {
    let total = 0
    for (;;) {
      const { deleted, stayed } = await passOver(index)
      total += deleted
      if (deleted === 0 || stayed === 0) return total
    }
  }
}

/** Ends all sessions of a user: one write that ends them, then slices that delete them. */
export function createEndAll (options: EndAllOptions, call: Call): Pick<SessionStore, 'endAll' | 'endOthers'> {
  const { client, keys, longestLifetimeMs } = options
  const [deleteEnded, touch] = [createDeletion(options, call), touchText(options)]

  /** Says whether they have ended. */
  async function endBefore (userId: string, keepId: string | null, { reason, actor = '' }: EndCause, onlyIfKept: boolean): Promise<boolean> {
    const kept = keepId === null ? '' : keys.session(keepId)
    return await call(() => client.sessionsEndBefore(
      keys.notBefore(tagOf(userId)), userId, longestLifetimeMs, kept, touch(), reason, actor, onlyIfKept ? '1' : '')) !== null
  }

  const indexOf = (userId: string) => keys.userSessions(tagOf(userId), userId)

  return {
    async endAll (userId, keepId, cause = { reason: 'ended_all' }) {
      await endBefore(userId, keepId, cause, false)
      return deleteEnded(indexOf(userId))
    },

    async endOthers (userId, id, cause = { reason: 'ended_all' }) {
      return await endBefore(userId, id, cause, true) ? deleteEnded(indexOf(userId)) : null
    }
  }
}
