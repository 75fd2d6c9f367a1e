import type { UsedAssertions } from '../callers/assertion.ts'
import { createCall, type CallOptions } from './call.ts'
import type { Keys } from './keys.ts'
import type { RedisClient } from './scripts.ts'

export interface UsedAssertionsOptions extends CallOptions {
  client: RedisClient
  keys: Keys
}

/** UsedAssertions over Redis: each in a slot of its own, one command. */
export function createUsedAssertions (options: UsedAssertionsOptions): UsedAssertions {
  const { client, keys } = options
  const { call } = createCall(options)
  return {
    note: async (digest, forMs) => await call(() => client.set(keys.clientAssertion(digest), '1', 'PX', forMs, 'NX')) !== null
  }
}
