import type { IdempotencyClaims, Place } from '../idempotency/claims.ts'
import { createCall, type CallOptions } from './call.ts'
import { withDeadline } from './deadline.ts'
import type { Keys } from './keys.ts'
import type { RedisClient } from './scripts.ts'

export interface IdempotencyClaimsOptions extends CallOptions {
  client: RedisClient
  keys: Keys
}

/** IdempotencyClaims over Redis: all places of one Idempotency-Key are in one slot, each verb is one script call. */
export function createIdempotencyClaims (options: IdempotencyClaimsOptions): IdempotencyClaims {
  const { client, keys, timeoutMs } = options
  const { call } = createCall(options)
  const keyOf = ({ tag, name }: Place) => keys.idempotency(tag, name)

  /** Sent whatever is known of the link: it follows what Redis has not answered in time, and may do yet. */
  function settle (place: Place, owner: string, sealed: string, keptMs: number): Promise<boolean> {
    return withDeadline(timeoutMs, client.idempotencySettle(keyOf(place), owner, sealed, keptMs)).then(settled => settled === 1, () => false)
  }

  return {
    async claim (places, owner, leaseMs) {
      try {
        const [state, index, sealed] = await call(() => client.idempotencyClaim(places.length, ...places.map(keyOf), owner, leaseMs, ...places.map(({ fingerprint }) => fingerprint)))
        return { state, index, sealed }
      } catch (error) {
        // What Redis has not answered in time it may do yet: then the claim is nobody's.
        settle(places[0] as Place, owner, '', 0)
        throw error
      }
    },

    keep: settle,

    async release (place, owner) {
      await settle(place, owner, '', 0)
    }
  }
}
