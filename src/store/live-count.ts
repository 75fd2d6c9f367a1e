import type { Keys } from './keys.ts'
import type { RedisClient } from './scripts.ts'

export interface LiveCountOptions {
  client: RedisClient
  keys: Keys
  /** How long the histogram outlives its last change: the longest lifetime of a session. */
  retentionMs: number
  /** How often changes are flushed. */
  flushEveryMs?: number
}

export type LiveCount = ReturnType<typeof createLiveCount>

/**
 * How many sessions are live, without scanning. Scripts answer with the deadline bucket that a session left and the one
 * that it is in; this collects the differences and flushes them to one global histogram, so a count is exact to the
 * flush interval for what was created and ended. What a crash or an unanswered flush loses, recount.ts repairs.
 */
export function createLiveCount ({ client, keys, retentionMs, flushEveryMs = 250 }: LiveCountOptions) {
  let changes = new Map<string, number>()
  const timer = setInterval(() => { flush().catch(() => {}) }, flushEveryMs).unref()

  function change (bucket: string | undefined, by: number): void {
    if (bucket !== undefined && bucket !== '') changes.set(bucket, (changes.get(bucket) ?? 0) + by)
  }

  /** Writes what has been collected; on failure it is kept for the next time. */
  async function flush (): Promise<void> {
    if (changes.size > 0) await apply(take())
  }

  function take (): Map<string, number> {
    const taken = changes
    changes = new Map()
    return taken
  }

  async function apply (taken: Map<string, number>): Promise<number> {
    const pairs = [...taken].filter(([, by]) => by !== 0).flat()
    try {
      return Number(await client.liveCount(keys.liveSessions, retentionMs, ...pairs))
    } catch (error) {
      for (const [bucket, by] of taken) change(bucket, by)
      throw error
    }
  }

  return {
    add: (bucket: string) => change(bucket, 1),
    remove: (bucket: string | undefined) => change(bucket, -1),
    move (from: string | undefined, to: string | undefined) {
      if (from === to) return
      change(from, -1)
      change(to, 1)
    },
    /**
     * The number now; flushes this instance's changes in the same step. Another instance may have told of an end before
     * the one that created tells of the beginning: less than nothing is nothing.
     */
    read: async () => Math.max(0, await apply(take())),
    flush,
    async close () {
      clearInterval(timer)
      await flush().catch(() => {})
    }
  }
}
