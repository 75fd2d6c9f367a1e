import { randomUUID } from 'node:crypto'
import { createBurial, type BurialOptions } from './burial.ts'
import { createRecount, type RecountOptions } from './recount.ts'
import { createWalk } from './walk.ts'

export interface UpkeepOptions extends BurialOptions, Omit<RecountOptions, 'settleMs'>, Partial<Pick<RecountOptions, 'settleMs'>> {
  /** Pause between two turns of this instance. */
  everyMs?: number
  /** Pause before another try: of one that failed, was another instance's, or has not found everything right after something got no answer. */
  againMs?: number
  onError?: (error: unknown) => void
}

/** How long after something got no answer it is looked what that has put wrong. */
const SOON_MS = 1000

/** Turns that are taken at most until every bucket is right: in a busy store some always move. */
const MOST_DOUBTS = 6

/** How long the lock outlives a crashed holder, and how often it is renewed. */
const LOCK_MS = 10_000
const RENEW_MS = 1000

class Stopped extends Error {}

/**
 * What nobody asks for: buries sessions that expired unseen (burial.ts) and repairs the live count (recount.ts), in walks over the
 * keyspace, in steps with pauses. One instance at a time.
 */
export function startUpkeep ({ everyMs = 300_000, againMs = LOCK_MS, onError = () => {}, settleMs = 600, ...options }: UpkeepOptions) {
  const { client, keys } = options
  const owner = randomUUID()
  let stopped = false
  let timer: NodeJS.Timeout | undefined
  /** When the next turn is due; 0 during one. */
  let dueAt = 0
  let soonest = 0
  /** Turns that may still be taken one soon after the other, because something got no answer and not every bucket was seen to be right since. */
  let doubts = 0
  /** How often something got no answer. */
  let raised = 0
  let running: Promise<void> = Promise.resolve()
  let heldAtMs = 0
  const walk = createWalk(client, async () => {
    if (stopped) throw new Stopped()
    if (performance.now() < heldAtMs + RENEW_MS) return
    heldAtMs = performance.now()
    await holdLock(LOCK_MS)
  })
  const { bury, isToDelete } = createBurial(options, walk)
  const repair = createRecount({ ...options, settleMs }, walk)

  /** One turn if it is this instance's. Says whether the next one may wait. */
  async function run (): Promise<boolean> {
    if (await client.set(keys.recountLock, owner, 'PX', LOCK_MS, 'NX') === null) return false
    const [known, isExtra] = [raised, doubts > 0 && !isToDelete()]
    // Who looks again for the sake of the count has no more to bury.
    const isRight = await (isExtra ? repair() : bury().then(repair)).finally(() => holdLock(0))
    if (raised === known) doubts = isRight ? 0 : Math.max(0, doubts - 1)
    return doubts === 0 && !isToDelete()
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
    try {
      schedule(await run() ? everyMs : againMs)
    } catch (error) {
      if (!(error instanceof Stopped)) onError(error)
      schedule(againMs)
    }
    soonest = performance.now() + againMs
  }

  function hasten (): void {
    const at = Math.max(performance.now() + SOON_MS, soonest)
    if (dueAt > at) schedule(at - performance.now())
  }

  schedule(settleMs)
  return {
    /** Something got no answer, and nobody knows whether it was done: the next turn comes soon. */
    soon () {
      doubts = MOST_DOUBTS
      raised++
      hasten()
    },
    /** Everybody's sessions have ended: the next turn comes soon, and deletes them before it looks at the count. */
    deleteSoon: hasten,
    /** Stops after the step that is running. */
    async close () {
      stopped = true
      clearTimeout(timer)
      await running
    }
  }
}
