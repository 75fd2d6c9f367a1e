import type { TicketStore } from '../../events/tickets.ts'
import type { Call } from '../call.ts'
import type { Keys } from '../keys.ts'
import type { RedisClient } from '../scripts.ts'

/** TicketStore over Redis: each in a slot of its own, one command. */
export function createTicketStore ({ client, keys }: { client: RedisClient, keys: Keys }, call: Call): TicketStore {
  return {
    async put (digest, { id, generation, userId }, forMs) {
      await call(() => client.set(keys.eventTicket(digest), `${id} ${generation} ${userId}`, 'PX', forMs))
    },
    async take (digest) {
      const kept = await call(() => client.getdel(keys.eventTicket(digest)))
      const [, id = '', generation, userId = ''] = /^(\S+) (\d+) (.*)$/s.exec(kept ?? '') ?? []
      return id === '' ? null : { id, generation: Number(generation), userId }
    }
  }
}
