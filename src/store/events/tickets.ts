import type { TicketStore } from '../../events/tickets.ts'
import type { Call } from '../call.ts'
import type { Keys } from '../keys.ts'
import type { RedisClient } from '../scripts.ts'

/** TicketStore over Redis: each in a slot of its own, one command. */
export function createTicketStore ({ client, keys }: { client: RedisClient, keys: Keys }, call: Call): TicketStore {
  return {
    async put (digest, { id, userId }, forMs) {
      await call(() => client.set(keys.eventTicket(digest), `${id} ${userId}`, 'PX', forMs))
    },
    async take (digest) {
      const kept = await call(() => client.getdel(keys.eventTicket(digest)))
      return kept === null ? null : { id: kept.slice(0, 36), userId: kept.slice(37) }
    }
  }
}
