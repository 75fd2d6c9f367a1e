export interface EndsLimits {
  /** How long an end is remembered; who comes later asks. */
  lifeMs: number
  /** Ends that are remembered at most, the latest ones. */
  entries?: number
}

/** Sessions that have ended as news says, which is final: an id comes only once. By the 32 hex digits of their ids, as news tells them, so that what is told costs next to nothing. */
export function createEnds ({ lifeMs, entries = 20_000 }: EndsLimits) {
  /** In the order in which they were told. */
  const untilMs = new Map<string, number>()

  function makeRoom (nowMs: number): void {
    for (const [oldest, endsMs] of untilMs) {
      if (nowMs < endsMs && untilMs.size < entries) return
      untilMs.delete(oldest)
    }
  }

  return {
    add (hex: string, nowMs: number): void {
      makeRoom(nowMs)
      untilMs.set(hex, nowMs + lifeMs)
    },

    has: (id: string, nowMs: number): boolean => untilMs.size > 0 && nowMs < (untilMs.get(id.replaceAll('-', '')) ?? 0),

    clear: () => untilMs.clear(),

    size: () => untilMs.size
  }
}
