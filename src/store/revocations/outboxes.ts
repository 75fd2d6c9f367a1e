import type { Call } from '../call.ts'
import type { Keys } from '../keys.ts'
import type { RedisClient } from '../scripts.ts'

/** What is read of one outbox at a time, and how many of them. */
const MOST_ENTRIES = 256
const MOST_AT_ONCE = 64

/** How many are looked at in one command when all are: no other command waits for longer than a fraction of a millisecond. */
const SWEEP_STEP = 256
const SLOTS = 65_536

/** The entries of a slot's outbox, oldest first. */
export interface Outbox { tag: string, entries: string[], isMore: boolean }

/** Where the scripts leave what is to be told of ends: a list for each slot (lua/includes/revoked.lua). */
export function createOutboxes (client: RedisClient, keys: Pick<Keys, 'revoked'>, call: Call) {
  async function read (tag: string): Promise<Outbox> {
    const entries = await call(() => client.lrange(keys.revoked(tag), 0, MOST_ENTRIES - 1))
    return { tag, entries, isMore: entries.length === MOST_ENTRIES }
  }

  async function isThere (tag: string): Promise<boolean> {
    return await call(() => client.exists(keys.revoked(tag))) === 1
  }

  /** A Cluster takes no command about several slots. */
  async function areAnyThere (tags: string[]): Promise<boolean> {
    return client.isCluster || await call(() => client.exists(tags.map(keys.revoked))) > 0
  }

  return {
    async read (tags: string[]): Promise<Outbox[]> {
      const found: Outbox[] = []
      for (const some of chunks(tags, MOST_AT_ONCE)) found.push(...await Promise.all(some.map(read)))
      return found.filter(({ entries }) => entries.length > 0)
    },

    /** The slots in whose outbox there is something, of all that there are. */
    async sweep (): Promise<string[]> {
      const found: string[] = []
      for (let first = 0; first < SLOTS; first += SWEEP_STEP) {
        const tags = Array.from({ length: SWEEP_STEP }, (_, i) => (first + i).toString(16).padStart(4, '0'))
        if (!await areAnyThere(tags)) continue
        const are = await Promise.all(tags.map(isThere))
        found.push(...tags.filter((_, i) => are[i]))
      }
      return found
    },

    /** Takes entries out that are in the feed. The scripts may add some and drop outdated ones meanwhile, so each goes by what it says. */
    async remove ({ tag, entries }: Outbox): Promise<void> {
      await Promise.all(entries.map(entry => call(() => client.lrem(keys.revoked(tag), 1, entry))))
    }
  }
}

export function chunks<T> (all: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size))
}
