import slotOfKey from 'cluster-key-slot'
import type { Cluster, Redis } from 'ioredis'
import { mastersOf } from '../scripts.ts'

/** Slot tags whose outboxes a node can be asked about, those of one command together. */
export interface Share { node: Redis, commands: string[][] }

/** Made anew each time: a list that is kept takes three megabytes, and is seldom asked for. */
export const everyTag = (): string[] => Array.from({ length: 65_536 }, (_, i) => i.toString(16).padStart(4, '0'))

let known: Map<number, string[]> | undefined

/** The tags in each slot of a Cluster, four or so; always the same. */
function tagsBySlot (): Map<number, string[]> {
  if (known !== undefined) return known
  known = new Map()
  for (const tag of everyTag()) {
    const slot = slotOfKey(tag)
    const tags = known.get(slot)
    if (tags === undefined) known.set(slot, [tag])
    else tags.push(tag)
  }
  return known
}

/**
 * What each master of a Cluster can be asked: a command is about one slot, and goes to the one that has it. `others` are the tags of slots that nobody is known to have.
 */
export function sharesOf (cluster: Cluster): { shares: Share[], others: string[] } {
  const masters = new Map(mastersOf(cluster).map(node => [`${node.options.host}:${node.options.port}`, { node, commands: [] as string[][] }]))
  const others: string[] = []
  for (const [slot, tags] of tagsBySlot()) {
    const share = masters.get(String(cluster.slots[slot]?.[0]))
    if (share === undefined) others.push(...tags)
    else share.commands.push(tags)
  }
  return { shares: [...masters.values()].filter(({ commands }) => commands.length > 0), others }
}
