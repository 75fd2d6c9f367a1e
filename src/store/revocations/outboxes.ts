import { Cluster, type ChainableCommander } from 'ioredis'
import type { Call } from '../call.ts'
import type { Keys } from '../keys.ts'
import type { RedisClient } from '../scripts.ts'
import { chunks } from './chunks.ts'
import { everyTag, sharesOf, type Share } from './cluster-shares.ts'

/** What is read of one outbox at a time, and how many of them. */
const MOST_ENTRIES = 256
const MOST_AT_ONCE = 64

/** How many are looked at in one go when all are: no other command waits for longer than a fraction of a millisecond. */
const SWEEP_STEP = 1024

/** How many keys one command takes, where it may take any. */
const KEYS_A_COMMAND = 256

/** The entries of a slot's outbox, oldest first. */
export interface Outbox { tag: string, entries: string[], isMore: boolean }

/** Where the scripts leave what is to be told of ends: a list for each slot tag (lua/includes/revoked.lua). */
export function createOutboxes (client: RedisClient, keys: Pick<Keys, 'revoked'>, call: Call) {
  async function read (tag: string): Promise<Outbox> {
    const entries = await call(() => client.lrange(keys.revoked(tag), 0, MOST_ENTRIES - 1))
    return { tag, entries, isMore: entries.length === MOST_ENTRIES }
  }

  /** Those of a node in which there may be something. */
  async function sweepNode ({ node, commands }: Share): Promise<string[]> {
    const found: string[] = []
    for (const some of chunks(commands, Math.ceil(SWEEP_STEP * commands.length / commands.flat().length))) {
      const flight = node.pipeline()
      for (const tags of some) flight.exists(tags.map(keys.revoked))
      const counts = await call(async () => countsOf(await flight.exec()))
      found.push(...some.filter((_, i) => counts[i] !== 0).flat())
    }
    return found
  }

  return {
    async read (tags: string[]): Promise<Outbox[]> {
      const found: Outbox[] = []
      for (const some of chunks(tags, MOST_AT_ONCE)) found.push(...await Promise.all(some.map(read)))
      return found.filter(({ entries }) => entries.length > 0)
    },

    /** The slot tags in whose outbox there may be something, of all that there are. */
    async sweep (): Promise<string[]> {
      const { shares, others } = client instanceof Cluster ? sharesOf(client) : { shares: [{ node: client, commands: chunks(everyTag(), KEYS_A_COMMAND) }], others: [] }
      return [...(await Promise.all(shares.map(sweepNode))).flat(), ...others]
    },

    /** Takes entries out that are in the feed. The scripts may add some and drop outdated ones meanwhile, so each goes by what it says. */
    async remove ({ tag, entries }: Outbox): Promise<void> {
      await Promise.all(entries.map(entry => call(() => client.lrem(keys.revoked(tag), 1, entry))))
    }
  }
}

/** A refusal about one slot, which has moved or is moving to another node: its outboxes are looked at one by one. */
const ABOUT_ONE_SLOT = /^(MOVED|ASK|TRYAGAIN)\b/

/** What EXISTS says of each command's outboxes, null of those of such a slot. @throws what refused all of them */
function countsOf (replies: Awaited<ReturnType<ChainableCommander['exec']>>): Array<number | null> {
  if (replies === null) throw new Error('the pipeline was discarded')
  return replies.map(([error, count]) => {
    if (error !== null && !ABOUT_ONE_SLOT.test(error.message)) throw error
    return error === null ? Number(count) : null
  })
}
