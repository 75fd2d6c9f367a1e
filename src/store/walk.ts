import { setTimeout as sleep } from 'node:timers/promises'
import { chunks } from './revocations/chunks.ts'
import { mastersOf, type RedisClient } from './scripts.ts'

/** Keys that one SCAN step asks for. */
const STEP = 200

/** Keys that one call asks about: it blocks Redis no longer than a validation may. */
const KEYS_A_CALL = 25

/** So that a validation never waits for more than one step; at least. */
const PAUSE_MS = 2
/** For each key that was found, of which a look takes Redis and this process a tenth of that or less: nine tenths of their time are for who asks meanwhile. */
const PAUSE_EACH_MS = 0.1
/** Of what a step takes, if more is done with a key than to look at it. */
const PAUSES = 2
/** However long a step took: whoever stops waits for one. */
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
        await sleep(Math.min(LONGEST_PAUSE_MS, Math.max(PAUSE_MS, PAUSE_EACH_MS * found.length, PAUSES * (performance.now() - startedAtMs))))
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
