import { SLOTS } from './verdicts.ts'

/**
 * Sessions that have ended as news says, which is final: an id comes only once. The latest of each slot, by the 32 hex digits of its id as news tells them: what is told costs two
 * writes, and of several users' ends nearly always each has a slot of its own.
 */
export function createEnds ({ lifeMs }: { lifeMs: number }) {
  const endedHex = new Array<string>(SLOTS).fill('')
  const untilMs = new Float64Array(SLOTS)

  return {
    add (slot: number, hex: string, nowMs: number): void {
      endedHex[slot] = hex
      untilMs[slot] = nowMs + lifeMs
    },

    /** Whether that session of the slot is known to have ended; not for longer than a verdict is repeated. */
    has: (slot: number, id: string, nowMs: number): boolean => nowMs < (untilMs[slot] ?? 0) && endedHex[slot] === id.replaceAll('-', ''),

    clear (): void {
      endedHex.fill('')
      untilMs.fill(0)
    }
  }
}
