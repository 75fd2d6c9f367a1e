import { randomUUID } from 'node:crypto'
import type { Keys } from './keys.ts'
import { mastersOf, type RedisClient } from './scripts.ts'

export interface RecountOptions {
  client: RedisClient
  keys: Keys
  touchIntervalMs: number
  retentionMs: number
  /** Pause between two recounts; one instance of all does each. */
  everyMs?: number
  /** Pause between the two passes of a recount: longer than the flush interval of every instance. */
  settleMs?: number
  onError?: (error: unknown) => void
}

/** Keys that one SCAN step asks for; each is then read by one script call in a pipeline. */
const STEP = 200
/** How long the lock outlives a crashed holder; also the pause before another try. */
const LOCK_MS = 10_000

class Stopped extends Error {}

/**
 * Repairs the histogram of live-count.ts after a crash. Two passes over all sessions: a difference that both of them find
 * in a bucket is drift and is corrected; one that only one finds is a session that moved meanwhile. In steps with pauses,
 * so that a validation never waits for more than one step.
 */
export function startRecount (options: RecountOptions) {
  const { client, keys, everyMs = 300_000, settleMs = 600, onError = () => {} } = options
  const owner = randomUUID()
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()

  /** Says whether it was this instance's turn. */
  async function run (): Promise<boolean> {
    if (await client.set(keys.recountLock, owner, 'PX', LOCK_MS, 'NX') === null) return false
    await repair()
    await client.del(keys.recountLock)
    return true
  }

  async function repair (): Promise<void> {
    const first = await drift()
    if (first.size === 0) return
    await pause(settleMs)
    const second = await drift()
    const lasting = [...second].filter(([bucket, by]) => first.get(bucket) === by)
    if (lasting.length > 0) await client.liveCount(keys.liveSessions, options.retentionMs, ...lasting.flat())
  }

  /** Per bucket, how many more sessions there are than the histogram says. */
  async function drift (): Promise<Map<string, number>> {
    const differences = await count()
    const histogram = await client.hgetall(keys.liveSessions)
    for (const [bucket, sessions] of Object.entries(histogram)) {
      if (/^\d+$/.test(bucket)) differences.set(bucket, (differences.get(bucket) ?? 0) - Number(sessions))
    }
    for (const [bucket, by] of differences) if (by === 0) differences.delete(bucket)
    return differences
  }

  async function count (): Promise<Map<string, number>> {
    const counted = new Map<string, number>()
    for (const master of mastersOf(client)) {
      for (let cursor = '0'; ;) {
        if (stopped) throw new Stopped()
        const [next, found] = await master.scan(cursor, 'MATCH', keys.everySession, 'COUNT', STEP)
        await client.pexpire(keys.recountLock, LOCK_MS)
        const buckets = await Promise.all(found.map(key => client.sessionDeadline(key, options.touchIntervalMs)))
        for (const bucket of buckets) if (bucket !== null) counted.set(bucket, (counted.get(bucket) ?? 0) + 1)
        if (next === '0') break
        cursor = next
        await pause(2)
      }
    }
    return counted
  }

  function schedule (delayMs: number): void {
    if (stopped) return
    timer = setTimeout(() => {
      running = run().then(
        mine => schedule(mine ? everyMs : LOCK_MS),
        error => {
          if (!(error instanceof Stopped)) onError(error)
          schedule(LOCK_MS)
        })
    }, delayMs).unref()
  }

  schedule(settleMs)
  return {
    /** Stops after the step that is running. */
    async close () {
      stopped = true
      clearTimeout(timer)
      await running
    }
  }
}

function pause (ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
