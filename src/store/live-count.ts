import { randomUUID } from 'node:crypto'
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

/** Changes that were sent under that number. */
interface Batch { number: number, pairs: Array<string | number> }

/**
 * How many sessions are live, without scanning. Scripts answer with the deadline bucket that a session left and the one
 * that it is in; this collects the differences and flushes them to one global histogram, so a count is exact to the
 * flush interval for what was created and ended. A flush without an answer is sent again under its number, and counts once. What a crash loses,
 * and what of a session is not known because its script got no answer, recount.ts repairs.
 */
export function createLiveCount ({ client, keys, retentionMs, flushEveryMs = 250 }: LiveCountOptions) {
  const instance = randomUUID()
  let changes = new Map<string, number>()
  let number = 0
  let unanswered: Batch | null = null
  let running: Promise<number> | null = null
  let next: Promise<number> | null = null
  const timer = setInterval(() => { flush().catch(() => {}) }, flushEveryMs).unref()

  function change (bucket: string | undefined, by: number): void {
    if (bucket !== undefined && bucket !== '') changes.set(bucket, (changes.get(bucket) ?? 0) + by)
  }

  /** Writes what has been collected; on failure it is kept for the next time. */
  async function flush (): Promise<void> {
    if (changes.size > 0 || unanswered !== null) await tell()
  }

  /**
   * Tells what has been collected by now and resolves to the total. One at a time: what came later must not arrive before what has no answer yet. All who
   * come meanwhile share the one after it, and its failure.
   */
  function tell (): Promise<number> {
    if (next !== null) return next
    if (running === null) return start()
    next = running.then(start, error => {
      next = null
      throw error
    })
    return next
  }

  function start (): Promise<number> {
    next = null
    running = tellAll().finally(() => { running = null })
    return running
  }

  async function tellAll (): Promise<number> {
    if (unanswered !== null) await send(unanswered)
    const pairs = [...changes].filter(([, by]) => by !== 0).flat()
    changes = new Map()
    return send({ number: ++number, pairs })
  }

  async function send (batch: Batch): Promise<number> {
    const isChange = batch.pairs.length > 0
    if (isChange) unanswered = batch
    let [total, isBehind] = await client.liveCount(keys.liveSessions, retentionMs, isChange ? instance : '', batch.number, ...batch.pairs)
    unanswered = null
    while (isBehind === 1) [total, isBehind] = await client.liveCount(keys.liveSessions, retentionMs, '', 0)
    return Number(total)
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
    read: async () => Math.max(0, await tell()),
    flush,
    /** What is left of an instance that crashed, recount.ts forgets. */
    async close () {
      clearInterval(timer)
      await flush().then(() => client.hdel(keys.liveSessions, `from:${instance}`)).catch(() => {})
    }
  }
}
