import type { TicketStore } from '../../events/tickets.ts'
import type { Call } from '../call.ts'
import type { Keys } from '../keys.ts'
import type { RedisClient } from '../scripts.ts'

/** TicketStore over Redis: each in a slot of its own, each verb one command. */
export function createTicketStore ({ client, keys }: { client: RedisClient, keys: Keys }, call: Call): TicketStore {
  return {
    async put (digest, { id, generation, binding, userId }, forMs) {
      await call(() => client.set(keys.eventTicket(digest), `${id} ${generation} ${binding} ${userId}`, 'PX', forMs))
    },
    async find (digest) {
      const kept = await call(() => client.get(keys.eventTicket(digest)))
      const [, id = '', generation, binding = '', userId = ''] = /^(\S+) (\d+) (\S*) (.*)$/s.exec(kept ?? '') ?? []
      return id === '' ? null : { id, generation: Number(generation), binding, userId }
    },
    async take (digest) {
      return await call(() => client.del(keys.eventTicket(digest))) === 1
    }
  }
}
