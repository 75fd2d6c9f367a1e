import { availableParallelism } from 'node:os'
import { Piscina } from 'piscina'
import { serviceError } from '../../sessions/errors.ts'
import type { Attempt } from './levelling.ts'
import { createTurns } from './turns.ts'
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

export type PasswordHasher = ReturnType<typeof createPasswordHasher>

/**
 * Passwords in worker threads behind a bounded queue: the event loop never hashes.
 * The threads start at once; `close` ends them.
 */
export function createPasswordHasher (options: HasherOptions = {}) {
  const { cost = 12, threads = availableParallelism(), queueLimit = 128, longestWaitMs = () => Infinity } = options
  const pool = new Piscina({ ...workerThread(import.meta.url), name: 'verifyLevelled', minThreads: threads, maxThreads: threads })
  const turn = createTurns({ places: threads, queueLimit })

  async function run<Result> (name: 'hashPassword' | 'verifyLevelled', work: unknown, beforeWork: () => void | Promise<void> = () => {}, knownAs?: string | null): Promise<Result> {
    const result = await turn<Result>(async () => {
      await beforeWork()
      return pool.run(work, { name })
    }, longestWaitMs(), knownAs)
    if (result === null) throw serviceError('login_busy', 'Too many logins are waiting. Try again in a moment.')
    return result
  }

  return {
    /** The stored form of a password. @throws ServiceError `login_busy` */
    hash: (password: string, atCost = cost) => run<string>('hashPassword', { password, cost: atCost }),

    /**
     * Whether the password matches, in one turn of one thread. Refusals are the same amount of work whether `storedHash`
     * is `null`, of another password or of a lower cost than `levelCost` (see levelling.ts).
     * `beforeWork` is called when its turn has come, before any work; `knownAs` is who waits among the known devices (turns.ts).
     * @throws ServiceError `login_busy`, and what `beforeWork` throws
     */
    verify (password: string, storedHash: string | null, levelCost: number | null, beforeWork?: () => void | Promise<void>, knownAs?: string | null): Promise<boolean> {
      const attempt: Attempt = { password, storedHash, levelCost: levelCost ?? cost }
      return run<boolean>('verifyLevelled', attempt, beforeWork, knownAs)
    },

    close: () => pool.destroy()
  }
}
