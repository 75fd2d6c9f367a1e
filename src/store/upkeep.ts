import { randomUUID } from 'node:crypto'
import { createBurial, type BurialOptions } from './burial.ts'
import { createRecount, type RecountOptions } from './recount.ts'
import { createWalk } from './walk.ts'

export interface UpkeepOptions extends BurialOptions, Omit<RecountOptions, 'settleMs'>, Partial<Pick<RecountOptions, 'settleMs'>> {
  /** Pause between two turns of this instance. */
  everyMs?: number
  onError?: (error: unknown) => void
}

/** How long after something got no answer it is looked what that has put wrong. */
const SOON_MS = 1000

/** How long the lock outlives a crashed holder; also the pause before another try. */
const LOCK_MS = 10_000

class Stopped extends Error {}

/**
 * What nobody asks for: buries sessions that expired unseen (burial.ts) and repairs the live count (recount.ts), in walks over the
 * keyspace, in steps with pauses. One instance at a time.
 */
export function startUpkeep ({ everyMs = 300_000, onError = () => {}, settleMs = 600, ...options }: UpkeepOptions) {
  const { client, keys } = options
  const owner = randomUUID()
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  /** When the next turn is due; 0 during one. */
  let dueAt = 0
  let soonest = 0
  let isWanted = false
  let running: Promise<void> = Promise.resolve()
  const walk = createWalk(client, async () => {
    if (stopped) throw new Stopped()
    await holdLock(LOCK_MS)
  })
  const bury = createBurial(options, walk)
  const repair = createRecount({ ...options, settleMs }, walk)

  /** Says whether it was this instance's turn. */
  async function run (): Promise<boolean> {
    if (await client.set(keys.recountLock, owner, 'PX', LOCK_MS, 'NX') === null) return false
    await bury().then(repair).finally(() => holdLock(0))
    return true
  }

  /** Gives the lock back with 0. It may be somebody else's by now, after a long pause of this process. */
  async function holdLock (ms: number): Promise<void> {
    await client.recountLock(keys.recountLock, owner, ms)
  }

  function schedule (delayMs: number): void {
    if (stopped) return
    clearTimeout(timer)
    dueAt = performance.now() + delayMs
    timer = setTimeout(() => { running = takeTurn() }, delayMs).unref()
  }

  async function takeTurn (): Promise<void> {
    dueAt = 0
    isWanted = false
    try {
      const wasMine = await run()
      schedule(wasMine && !isWanted ? everyMs : LOCK_MS)
    } catch (error) {
      if (!(error instanceof Stopped)) onError(error)
      schedule(LOCK_MS)
    }
    soonest = performance.now() + LOCK_MS
  }

  schedule(settleMs)
  return {
    /** Something got no answer, and nobody knows whether it was done: the next turn comes soon. */
    soon () {
      isWanted = true
      const at = Math.max(performance.now() + SOON_MS, soonest)
      if (dueAt > at) schedule(at - performance.now())
    },
    /** Stops after the step that is running. */
    async close () {
      stopped = true
      clearTimeout(timer)
      await running
    }
  }
}
