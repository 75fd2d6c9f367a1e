import { tagOf } from '../../sessions/credential.ts'
import type { Call } from '../call.ts'
import type { Keys } from '../keys.ts'
import type { RedisClient } from '../scripts.ts'

export type Presence = ReturnType<typeof createPresence>

/** Which sessions have a live connection: to this instance by what it says of itself, to others as long as these are there. */
export function createPresence ({ client, keys }: { client: RedisClient, keys: Keys }, call: Call) {
  /** Those of these instances that are there. */
  async function present (instances: string[]): Promise<Set<string>> {
    const found = await Promise.all(instances.map(instance => call(() => client.exists(keys.eventsInstance(instance)))))
    return new Set(instances.filter((_instance, i) => found[i] === 1))
  }

  return {
    /**
     * The sessions of a user that have one, each by the 28 hex digits of its public id behind the tag. One round trip for whoever has none. What an instance that is gone left behind is
     * taken out.
     * @throws ServiceError `store_unavailable`
     */
    async of (userId: string): Promise<Set<string>> {
      const key = keys.userPresence(tagOf(userId), userId)
      const fields = (await call(() => client.hkeys(key))).map(field => ({ field, hex: field.slice(0, 28), instance: field.slice(29) }))
      if (fields.length === 0) return new Set()
      const there = await present([...new Set(fields.map(({ instance }) => instance))])
      const stale = fields.filter(({ instance }) => !there.has(instance)).map(({ field }) => field)
      if (stale.length > 0) call(() => client.hdel(key, ...stale)).catch(() => { /* the next one does */ })
      return new Set(fields.filter(({ instance }) => there.has(instance)).map(({ hex }) => hex))
    }
  }
}
