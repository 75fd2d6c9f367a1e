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
  /** Pause between the passes of a recount: longer than the flush interval of every instance. */
  settleMs?: number
  onError?: (error: unknown) => void
}

/** Keys that one SCAN step asks for; each is then read by one script call in a pipeline. */
const STEP = 200
/** How long the lock outlives a crashed holder; also the pause before another try. */
const LOCK_MS = 10_000

/** Two passes may catch two sessions on their way through one bucket; three do not in practice. */
const PASSES = 3

class Stopped extends Error {}

/** A bucket's sessions as they were counted, and what the histogram says. */
interface Bucket { counted: number, stored: number }

/**
 * Repairs the histogram of live-count.ts after a crash. Three passes over all sessions: a bucket that stood still between
 * them, and in which the histogram is wrong, has drifted and is corrected; in one that changed, the difference may be
 * what an instance has not flushed yet. In steps with pauses, so that a validation never waits for more than one step.
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
    await repair().finally(() => holdLock(0))
    return true
  }

  /** Gives the lock back with 0. It may be somebody else's by now, after a long pause of this process. */
  async function holdLock (ms: number): Promise<void> {
    await client.recountLock(keys.recountLock, owner, ms)
  }

  async function repair (): Promise<void> {
    let steady = await look()
    if (![...steady.values()].some(hasDrifted)) return
    for (let pass = 1; pass < PASSES; pass++) {
      await pause(settleMs)
      steady = unchanged(steady, await look())
    }
    const corrections = [...steady].flatMap(([bucket, now]) => hasDrifted(now) ? [bucket, now.counted - now.stored] : [])
    if (corrections.length > 0) await client.liveCount(keys.liveSessions, options.retentionMs, ...corrections)
  }

  async function look (): Promise<Map<string, Bucket>> {
    const counted = await count()
    const histogram = await storedBuckets()
    const buckets = new Map([...counted].map(([bucket, sessions]) => [bucket, { counted: sessions, stored: 0 }]))
    for (const [bucket, sessions] of histogram) {
      if (/^\d+$/.test(bucket)) buckets.set(bucket, { counted: counted.get(bucket) ?? 0, stored: sessions })
    }
    return buckets
  }

  /** In steps: a lifetime of a month has a quarter of a million buckets. */
  async function storedBuckets (): Promise<Map<string, number>> {
    const stored = new Map<string, number>()
    let cursor = '0'
    do {
      const [next, parts] = await client.hscan(keys.liveSessions, cursor, 'COUNT', STEP)
      for (let i = 0; i < parts.length; i += 2) stored.set(String(parts[i]), Number(parts[i + 1]))
      cursor = next
    } while (cursor !== '0')
    return stored
  }

  async function count (): Promise<Map<string, number>> {
    const counted = new Map<string, number>()
    for (const master of mastersOf(client)) {
      for (let cursor = '0'; ;) {
        if (stopped) throw new Stopped()
        const [next, found] = await master.scan(cursor, 'MATCH', keys.everySession, 'COUNT', STEP)
        await holdLock(LOCK_MS)
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

/** The buckets that are as they were. */
function unchanged (before: Map<string, Bucket>, now: Map<string, Bucket>): Map<string, Bucket> {
  return new Map([...now].filter(([bucket, { counted, stored }]) => {
    const then = before.get(bucket)
    return then?.counted === counted && then.stored === stored
  }))
}

function hasDrifted ({ counted, stored }: Bucket): boolean {
  return counted !== stored
}

function pause (ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
