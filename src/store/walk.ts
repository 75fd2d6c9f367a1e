import { setTimeout as sleep } from 'node:timers/promises'
import { chunks } from './revocations/chunks.ts'
import { mastersOf, type RedisClient } from './scripts.ts'

/** Keys that one SCAN step asks for; what is done with each is sent in one go. */
const STEP = 200

/** Keys that one call asks about: it blocks Redis no longer than a validation may. */
const KEYS_A_CALL = 25

/** So that a validation never waits for more than one step; at least. */
const PAUSE_MS = 2
/** Of what a step takes: whatever is walked over, nearly all of the time of Redis, and of this process, is for who asks meanwhile. */
const PAUSES = 19
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

/** Asks about keys, many in one call; on a Cluster, where those of one call have to be in one slot, each by itself. Answers with what is said of each, in their order. */
export async function askOfMany<Answer> ({ isCluster }: Pick<RedisClient, 'isCluster'>, found: string[], ask: (keys: string[]) => Promise<Answer[]>): Promise<Answer[]> {
  const answers: Answer[] = []
  for (const some of chunks(found, KEYS_A_CALL)) answers.push(...isCluster ? (await Promise.all(some.map(key => ask([key])))).flat() : await ask(some))
  return answers
}
