import { slotOf } from '../sessions/credential.ts'
import type { RedisClient } from './scripts.ts'

/** Who asks about a session, and waits. */
interface Waiting<Asked, Found> {
  asked: Asked
  resolve: (found: Found) => void
  reject: (error: unknown) => void
}

/** Asks about all of them. Replies are handed over in the order of what was asked, all at once or as they come. */
export type Ask<Asked, Reply> = (all: Asked[], answer: (replies: Reply[]) => void) => Promise<void>

/** What a reply says. One that it throws at is a failure of that one alone. */
export type Read<Asked, Reply, Found> = (asked: Asked, reply: Reply) => Found

/**
 * Asks about all sessions that come in one turn of the event loop together, `most` in one call: each has its own reply, by the
 * master, at that moment, but the work of a command is shared. A single one does not wait: the turn ends as soon as
 * nothing else has arrived. On a Cluster a call is about one slot. A failure is only of those that have no reply yet.
 */
export function gather<Asked extends { id: string }, Reply, Found> ({ isCluster }: Pick<RedisClient, 'isCluster'>, most: number, ask: Ask<Asked, Reply>, read: Read<Asked, Reply, Found>): (asked: Asked) => Promise<Found> {
  const groupOf = isCluster ? ({ id }: Asked) => slotOf(id) : () => ''
  const gathered = new Map<string, Array<Waiting<Asked, Found>>>()

  function send (): void {
    for (const [group, waiting] of gathered) askGroup(group, waiting)
  }

  function hand ({ asked, resolve, reject }: Waiting<Asked, Found>, reply: Reply): void {
    try {
      resolve(read(asked, reply))
    } catch (error) {
      reject(error)
    }
  }

  function askGroup (group: string, waiting: Array<Waiting<Asked, Found>>): void {
    gathered.delete(group)
    ask(waiting.map(({ asked }) => asked), replies => {
      waiting.splice(0, replies.length).forEach((one, i) => hand(one, replies[i] as Reply))
      // Nobody waits any more for a reply that comes after that.
    }).catch(error => waiting.splice(0).forEach(({ reject }) => reject(error)))
  }

  return asked => new Promise((resolve, reject) => {
    if (gathered.size === 0) setImmediate(send)
    const group = groupOf(asked)
    const waiting = gathered.get(group) ?? []
    gathered.set(group, waiting)
    if (waiting.push({ asked, resolve, reject }) === most) askGroup(group, waiting)
  })
}
