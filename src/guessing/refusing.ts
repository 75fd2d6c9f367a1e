/** Refusals that are remembered at most; what is forgotten costs Redis more, and lets nobody in. */
const MOST = 10_000

/** Which counters have refused here, by name, and until when they go on. `clock` is monotonic. */
export function createRefusing (clock: () => number = () => performance.now()) {
  const untilMs = new Map<string, number>()

  return {
    note (name: string, waitMs: number): void {
      untilMs.delete(name)
      if (untilMs.size === MOST) {
        const [oldest = ''] = untilMs.keys()
        untilMs.delete(oldest)
      }
      untilMs.set(name, clock() + waitMs)
    },

    isIn (name: string): boolean {
      const until = untilMs.get(name)
      if (until === undefined) return false
      if (clock() < until) return true
      untilMs.delete(name)
      return false
    }
  }
}
