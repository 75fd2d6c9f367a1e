export interface TurnsOptions {
  /** How many may be at work at once. */
  places: number
  /** How many may wait for a place. */
  queueLimit: number
}

interface Waiting { latest: number, admit: (isInTime: boolean) => void }

/**
 * Gives turns in the order in which they were asked for. (Piscina has a queue of its own, which lets later work overtake; it
 * never fills, because no more is handed to it than it has threads.)
 */
export function createTurns ({ places, queueLimit }: TurnsOptions) {
  const waiting: Waiting[] = []
  let running = 0

  async function enter (longestWaitMs: number): Promise<boolean> {
    if (running === places && waiting.length >= queueLimit) return false
    if (running === places) return new Promise(resolve => waiting.push({ latest: Date.now() + longestWaitMs, admit: resolve }))
    running++
    return true
  }

  /** Hands the place to the first whose time has not run out; those before it are sent away. */
  function leave (): void {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const isInTime = Date.now() <= next.latest
      next.admit(isInTime)
      if (isInTime) return
    }
    running--
  }

  /**
   * What `work` resolves to; or `null`, with `work` never begun, if too many wait or the wait took longer than `longestWaitMs`.
   * What waits too long is answered when the next place gets free.
   */
  return async function turn<Result> (work: () => Promise<Result>, longestWaitMs: number): Promise<Result | null> {
    if (!await enter(longestWaitMs)) return null
    try {
      return await work()
    } finally {
      leave()
    }
  }
}
