import { withDeadline } from './deadline.ts'
import { storeFailure, unavailable } from './failures.ts'

export interface CallOptions {
  /** Whether the link to Redis is known to be up; false refuses at once instead of waiting for a timeout. */
  isAvailable: () => boolean
  /** How long one call may take, waiting for its turn included. */
  timeoutMs: number
}

export type Call = <T>(command: () => Promise<T>) => Promise<T>

/** How the store asks Redis: in time, or `store_unavailable`. */
export function createCall ({ isAvailable, timeoutMs }: CallOptions): { assertAvailable: () => void, call: Call } {
  function assertAvailable (): void {
    if (!isAvailable()) throw unavailable()
  }

  async function call<T> (command: () => Promise<T>): Promise<T> {
    assertAvailable()
    try {
      return await withDeadline(timeoutMs, command())
    } catch (error) {
      throw storeFailure(error)
    }
  }

  return { assertAvailable, call }
}
