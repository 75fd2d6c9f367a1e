import type { LiveCount } from '../../src/store/live-count.ts'
import type { RedisClient } from '../../src/store/scripts.ts'
import { keysUnder } from '../store/snapshot.ts'
import type { Model } from './model.ts'
import { shiftTime } from './shift-time.ts'

/** Something happened by itself while a command was judged, so neither outcome would be wrong. The sequence is run again. */
export class StoodStill extends Error {}

/** So shortly before a moment at which something happens by itself no command is given: time passes until after it. */
const GUARD_MS = 40

export type Clock = ReturnType<typeof createClock>

/** The store's clock and what was let pass beside it. */
export function createClock (client: RedisClient, prefix: string, liveCount: LiveCount) {
  let passedMs = 0

  async function now (): Promise<number> {
    const [seconds = 0, micros = 0] = await client.time()
    return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000) + passedMs
  }

  /** What is counted is flushed first: it belongs to buckets of the time before. */
  async function pass (ms: number): Promise<void> {
    await liveCount.flush()
    await shiftTime(client, prefix, await keysUnder(client, prefix), ms)
    passedMs += ms
  }

  return {
    now,
    pass,
    /** A moment that the store tells, by this clock. */
    from: (storedMs: number) => storedMs + passedMs,

    /** Puts the model's clock to now, which is after every moment that was near. */
    async avoid (model: Model, more: number[] = []): Promise<void> {
      for (;;) {
        model.nowMs = await now()
        const near = [...model.edges(), ...more].filter(edge => edge > model.nowMs && edge <= model.nowMs + GUARD_MS)
        if (near.length === 0) return
        await pass(Math.max(...near) + 1 - model.nowMs)
      }
    },

    /** Answers how long it was. @throws StoodStill if one of the moments lies between the model's clock and now */
    async assertStood ({ nowMs }: Model, edges: number[]): Promise<number> {
      const after = await now()
      if (edges.some(edge => edge > nowMs && edge <= after)) throw new StoodStill()
      return after - nowMs
    }
  }
}
