import { setTimeout as sleep } from 'node:timers/promises'

/** A random number in [0, 1) that the seed decides (mulberry32). */
export function createChance (seed: number) {
  let state = seed >>> 0

  function random (): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }

  return {
    random,
    pause: (mostMs: number) => later(random() * mostMs),
    /** Starts all in random order, each up to `spreadMs` later than the one before, and waits for all of them. */
    async against<Results extends unknown[]> (spreadMs: number, ...acts: { [Index in keyof Results]: () => Promise<Results[Index]> }): Promise<Results> {
      const running: Array<Promise<unknown>> = []
      const order = acts.map((_, index) => index).sort(() => random() - 0.5)
      for (const index of order) {
        running[index] = acts[index]?.() ?? Promise.resolve()
        await later(random() * spreadMs)
      }
      return await Promise.all(running) as Results
    }
  }
}

/** Timers count in milliseconds; shorter than that the event loop is left to turn. */
async function later (ms: number): Promise<void> {
  const until = performance.now() + ms
  if (ms > 2) await sleep(ms - 1)
  while (performance.now() < until) await new Promise(resolve => setImmediate(resolve))
}
