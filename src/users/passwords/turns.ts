export interface TurnsOptions {
  /** How many may be at work at once. */
  places: number
  /** How many of each lane may wait for a place. */
  queueLimit: number
}

/** Who waits apart: those who come from a device that is known, and everybody else. */
export type Lane = 'known' | 'other'

interface Waiting { latest: number, admit: (isInTime: boolean) => void }

/** After so many turns of the known in a row, one of the others has the next. */
const KNOWN_IN_A_ROW = 3

/**
 * Gives turns in the order in which they were asked for, in two lanes: the known go first, and neither lane can fill the other or keep
 * it from ever moving. (Piscina has a queue of its own, which lets later work overtake; it never fills, because no more is handed to
 * it than it has threads.)
 */
export function createTurns ({ places, queueLimit }: TurnsOptions) {
  const waiting: Record<Lane, Waiting[]> = { known: [], other: [] }
  let running = 0
  let knownInARow = 0

  async function enter (lane: Lane, longestWaitMs: number): Promise<boolean> {
    if (running === places && waiting[lane].length >= queueLimit) return false
    if (running === places) return new Promise(resolve => waiting[lane].push({ latest: Date.now() + longestWaitMs, admit: resolve }))
    running++
    return true
  }

  /** Hands the place to the next whose time has not run out; those before it are sent away. */
  function leave (): void {
    sendAwayLate(waiting.known)
    sendAwayLate(waiting.other)
    const lane = nextLane()
    const next = waiting[lane].shift()
    knownInARow = lane === 'known' && waiting.other.length > 0 ? knownInARow + 1 : 0
    if (next === undefined) running--
    else next.admit(true)
  }

  function nextLane (): Lane {
    if (waiting.other.length === 0) return 'known'
    return waiting.known.length === 0 || knownInARow === KNOWN_IN_A_ROW ? 'other' : 'known'
  }

  /**
   * What `work` resolves to; or `null`, with `work` never begun, if too many wait or the wait took longer than `longestWaitMs`.
   * What waits too long is answered when the next place gets free.
   */
  return async function turn<Result> (work: () => Promise<Result>, longestWaitMs: number, lane: Lane = 'other'): Promise<Result | null> {
    if (!await enter(lane, longestWaitMs)) return null
    try {
      return await work()
    } finally {
      leave()
    }
  }
}

function sendAwayLate (lane: Waiting[]): void {
  const now = Date.now()
  const inTime = lane.findIndex(({ latest }) => now <= latest)
  for (const { admit } of lane.splice(0, inTime === -1 ? lane.length : inTime)) admit(false)
}
