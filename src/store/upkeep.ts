import { randomUUID } from 'node:crypto'
import { createBurial, type BurialOptions } from './burial.ts'
import { createRecount, type RecountOptions } from './recount.ts'
import { createWalk } from './walk.ts'

export interface UpkeepOptions extends BurialOptions, Omit<RecountOptions, 'settleMs'>, Partial<Pick<RecountOptions, 'settleMs'>> {
  /** Pause between two turns of this instance. */
  everyMs?: number
  onError?: (error: unknown) => void
}

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
    timer = setTimeout(() => {
      running = run().then(
        mine => schedule(mine ? everyMs : LOCK_MS),
        error => {
          if (!(error instanceof Stopped)) onError(error)
          schedule(LOCK_MS)
        })
    }, delayMs).unref()
  }

  schedule(settleMs)
  return {
    /** Stops after the step that is running. */
    async close () {
      stopped = true
      clearTimeout(timer)
      await running
    }
  }
}
