import { setTimeout as sleep } from 'node:timers/promises'
import { mastersOf, type RedisClient } from './scripts.ts'

/** Keys that one SCAN step asks for; what is done with each is sent in one go. */
const STEP = 200

/** So that a validation never waits for more than one step; at least. */
const PAUSE_MS = 2
/** Of what a step takes: whatever is walked over, two thirds of the time of Redis are for who asks it meanwhile. */
const PAUSES = 2
/** Whoever stops waits for one. */
const LONGEST_PAUSE_MS = 100

/** Goes through all keys of a pattern, on every master: each at least once if it is there all the time, some twice. */
export type Walk = (pattern: string, visit: (keys: string[]) => Promise<unknown>) => Promise<void>

/** `beforeStep` may end a walk by throwing. */
export function createWalk (client: RedisClient, beforeStep: () => Promise<void>): Walk {
  return async (pattern, visit) => {
    for (const master of mastersOf(client)) {
      for (let cursor = '0'; ;) {
        await beforeStep()
        const startedAtMs = performance.now()
        const [next, found] = await master.scan(cursor, 'MATCH', pattern, 'COUNT', STEP)
        await visit(found)
        if (next === '0') break
        cursor = next
        await sleep(Math.min(LONGEST_PAUSE_MS, Math.max(PAUSE_MS, PAUSES * (performance.now() - startedAtMs))))
      }
    }
  }
}
