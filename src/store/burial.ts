import { createDeletion, type DeletionOptions } from './end-all.ts'
import { historyText } from './history.ts'
import type { Keys } from './keys.ts'
import type { Walk } from './walk.ts'

export interface BurialOptions extends DeletionOptions {
  keys: Keys
}

/** As many as the script takes out of an index in one call. */
const MOST = 16

/**
 * Buries what has expired without anybody looking, in the indexes of all users: tombstone and event, as whoever looks would have made them.
 * The script takes each out of its index in the same step, so it is one event whoever comes first. After everybody's sessions were ended, also what that has ended.
 */
export function createBurial (options: BurialOptions, walk: Walk): () => Promise<void> {
  const { client, keys, historyLimits, everybodyBeforeMs = () => 0 } = options
  const history = historyText(historyLimits)
  const deleteEnded = createDeletion(options, command => command())
  let isDeletedUntilMs = 0

  /** Most have nothing to bury: a plain command is a fraction of a script. The script goes by its own clock. */
  async function bury (index: string): Promise<void> {
    let buried = await client.zcount(index, '-inf', Date.now()) > 0 ? MOST : 0
    while (buried === MOST) buried = await client.sessionsBury(index, history)
  }

  return async () => {
    const beforeMs = everybodyBeforeMs()
    const visit: (index: string) => Promise<unknown> = beforeMs > isDeletedUntilMs ? deleteEnded : bury
    // One that is damaged is left alone, and hides no other; a Redis that is away is told by the next step of the walk.
    await walk(keys.everyIndex, indexes => Promise.allSettled(indexes.map(visit)))
    isDeletedUntilMs = beforeMs
  }
}
