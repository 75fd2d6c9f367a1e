import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { serviceError } from '../../sessions/errors.ts'
import type { Attempt } from './levelling.ts'
import { createTurns, letsAllIn, type Admission } from './turns.ts'
import { workerThread } from './worker-thread.ts'

export interface HasherOptions {
  /** bcrypt cost of new hashes, and of the work for a refusal while there are no users at all. Default 12. */
  cost?: number
  /** Worker threads. Default: one a core. */
  threads?: number
  /** How many calls of each lane may wait for a thread. Default 128. */
  queueLimit?: number
  /** How long a call may wait for a thread before it is refused, in milliseconds, asked for each call. Default: without limit. */
  longestWaitMs?: () => number
}

/** `storedHash`: null if there is no account that may log in; `levelCost`: the highest cost of all stored hashes, null if there are none. */
export interface StoredPassword { storedHash: string | null, levelCost: number | null }

export type PasswordHasher = ReturnType<typeof createPasswordHasher>

/**
 * Passwords in worker threads behind a bounded queue: the event loop never hashes.
 * The threads start at once; `close` ends them.
 */
export function createPasswordHasher (options: HasherOptions = {}) {
  const { cost = 12, threads = availableParallelism(), queueLimit = 128, longestWaitMs = () => Infinity } = options
  const thread = workerThread(import.meta.url)
  const pool = new Piscina({ ...thread.options, name: 'verifyLevelled', minThreads: threads, maxThreads: threads })
  // While the threads are at work the next one is looked up and counted: a tenth more logins from the same cores.
  const turn = createTurns({ places: threads, ahead: 1, queueLimit })

  /**
   * What `prepare` asks for is asked while the turn is waited for, or when there is none to wait for and `admission` lets in, and not at all where too many
   * wait: nobody fills the database with logins in vain.
   */
  async function run<Result> (name: 'hashPassword' | 'verifyLevelled', prepare: () => Promise<unknown>, { beforeWait, beforeWork } = letsAllIn, knownAs?: string | null): Promise<Result> {
    let prepared: Promise<unknown> | undefined
    const result = await new Promise<Result | null>((resolve, reject) => {
      const admission: Admission = {
        beforeWait,
        async beforeWork () {
          await prepared
          return beforeWork()
        }
      }
      turn<Result>(async () => pool.run(await (prepared ?? prepare()), { name }), longestWaitMs(), knownAs, admission, isWaiting => {
        if (!isWaiting) return
        prepared = prepare()
        // Told at once: there is nothing to wait for any more.
        prepared.catch(reject)
      }).then(resolve, reject)
    })
    if (result === null) throw serviceError('login_busy', 'Too many logins are waiting. Try again in a moment.')
    return result
  }

  return {
    /** The stored form of a password; `knownAs` as below. @throws ServiceError `login_busy` */
    hash: (password: string, atCost = cost, knownAs?: string | null) => run<string>('hashPassword', async () => ({ password, cost: atCost }), undefined, knownAs),

    /**
     * Whether the password matches what `lookUp` finds, in one turn of one thread. Refusals are the same amount of work whether the
     * stored hash is `null`, of another password or of a lower cost than `levelCost` (see levelling.ts).
     * `admission` is asked before it waits, and when its turn has come; `knownAs` is who waits among the known devices (turns.ts).
     * @throws ServiceError `login_busy`, and what `lookUp` and `admission` throw
     */
    verify (password: string, lookUp: () => Promise<StoredPassword>, admission?: Admission, knownAs?: string | null): Promise<boolean> {
      return run<boolean>('verifyLevelled', async (): Promise<Attempt> => {
        const { storedHash, levelCost } = await lookUp()
        return { password, storedHash, levelCost: levelCost ?? cost }
      }, admission, knownAs)
    },

    async close () {
      await pool.destroy()
      thread.remove()
    }
  }
}
