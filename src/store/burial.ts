import { createDeletion, type DeletionOptions } from './end-all.ts'
import { createClaimUpkeep } from './claims.ts'
import { touchText } from './everybody.ts'
import { historyText } from './history.ts'
import type { Keys } from './keys.ts'
import { momentOf } from './moment.ts'
import { chunks } from './revocations/chunks.ts'
import { askOfMany, type Walk } from './walk.ts'

export interface BurialOptions extends DeletionOptions {
  keys: Keys
  /** The longest that a session may live. */
  retentionMs: number
}

/** As many as the script takes out of an index in one call. */
const MOST = 16

/** Users whose dead sessions are deleted at the same time: others want to ask Redis, too. */
const AT_ONCE = 8

/**
 * Buries what has expired without anybody looking, in the indexes of all users: tombstone and event, as whoever looks would have made them.
 * What a login left half-done that took the place of an anonymous session is undone (claims.ts).
 * The script takes each out of its index in the same step, so it is one event whoever comes first. After everybody's sessions were ended, also what that has ended.
 */
export function createBurial (options: BurialOptions, walk: Walk) {
  const { client, keys, historyLimits, retentionMs, everybodyBeforeMs = () => 0 } = options
  const [history, touch] = [historyText(historyLimits), touchText(options)]
  const deleteEnded = createDeletion(options, command => command())
  const settleClaim = createClaimUpkeep(options)
  let isDeletedUntilMs = 0

  async function bury (index: string): Promise<void> {
    let buried = MOST
    while (buried === MOST) buried = await client.sessionsBury(index, history, touch())
  }

  /** Most have nothing to bury. One that is damaged is left alone, and hides no other; a Redis that is away is told by the next step of the walk. */
  async function buryAll (indexes: string[], nowMs: number): Promise<void> {
    const answers = await askOfMany(client, indexes, some => client.indexesExpired(some.length, ...some, nowMs).catch(() => some.map(() => 0)))
    await Promise.allSettled(indexes.filter((_, i) => answers[i] === 1).map(bury))
  }

  /** Everything that has ended with everybody's sessions. @throws the first error that is not a damaged key's: then some may be left */
  async function deleteAll (indexes: string[]): Promise<void> {
    for (const some of chunks(indexes, AT_ONCE)) {
      for (const found of await Promise.allSettled(some.map(deleteEnded))) {
        if (found.status === 'rejected' && !String(found.reason).includes('WRONGTYPE')) throw found.reason
      }
    }
  }

  /** Whether everybody's sessions have ended, and may not all be deleted. */
  const isToDelete = (): boolean => everybodyBeforeMs() > isDeletedUntilMs && Date.now() < everybodyBeforeMs() + retentionMs

  return {
    isToDelete,

    async bury (): Promise<void> {
      const beforeMs = everybodyBeforeMs()
      await walk(keys.everyClaim, claims => Promise.allSettled(claims.map(settleClaim)))
      if (!isToDelete()) {
        const nowMs = await momentOf(client)
        await walk(keys.everyIndex, indexes => buryAll(indexes, nowMs))
        return
      }
      await walk(keys.everyIndex, deleteAll)
      isDeletedUntilMs = beforeMs
    }
  }
}
