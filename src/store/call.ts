import { withDeadline } from './deadline.ts'
import { isReply, storeFailure, unavailable } from './failures.ts'

export interface CallOptions {
  /** Whether the link to Redis is known to be up; false refuses at once instead of waiting for a timeout. */
  isAvailable: () => boolean
  /** What has to be known before anything is judged: nothing to wait for if it is, `store_unavailable` if it cannot be. */
  whenKnown?: () => Promise<void> | undefined
  /** How long one call may take, waiting for its turn included. */
  timeoutMs: number
  /** Told of what was sent and got no answer: whether it was done is not known. */
  onUnanswered?: () => void
}

export type Call = <T>(command: () => Promise<T>) => Promise<T>

/** How the store asks Redis: in time, or `store_unavailable`. */
export function createCall ({ isAvailable, whenKnown, timeoutMs, onUnanswered }: CallOptions): { assertAvailable: () => void, call: Call } {
  function assertAvailable (): void {
    if (!isAvailable()) throw unavailable()
  }

  async function call<T> (command: () => Promise<T>): Promise<T> {
    assertAvailable()
    const unknown = whenKnown?.()
    if (unknown !== undefined) await unknown
    try {
      return await withDeadline(timeoutMs, command())
    } catch (error) {
      if (!isReply(error)) onUnanswered?.()
      throw storeFailure(error)
    }
  }

  return { assertAvailable, call }
}
