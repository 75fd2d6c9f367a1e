import { openConnection, type Connection } from '../load/connection.ts'
import { insist } from '../report.ts'
import type { Subject } from './contestants.ts'

/** What is accepted for so long after its end is not ended: it lasts until it expires. */
const GIVE_UP_MS = 1000

/**
 * Ends sessions one after the other, each known to all servers, and asks all of them at once from the acknowledgement on.
 * Answers how long after that each was still accepted (ms): 0 if never, Infinity if it does not end.
 */
export async function measureEnds ({ servers, path, logins: { header, spare } }: Subject): Promise<number[]> {
  const connections = await Promise.all(servers.map(({ url }) => openConnection(url, header)))
  const [first] = connections as [Connection]
  const ends = []
  for (const credential of spare) {
    for (const connection of connections) insist(await connection.ask('GET', path, credential) === 200, 'a live session was refused')
    const status = await first.ask('POST', '/logout', credential)
    insist(status === 200, `POST /logout answered ${status}`)
    const endedAtMs = performance.now()
    ends.push(Math.max(...await Promise.all(connections.map(connection => acceptedFor(connection, path, credential, endedAtMs)))))
    // One that nothing ends tells what all of them would.
    if (ends.includes(Infinity)) break
  }
  for (const connection of connections) connection.close()
  return ends
}

async function acceptedFor (connection: Connection, path: string, credential: string, endedAtMs: number): Promise<number> {
  for (let longest = 0; ;) {
    const askedAtMs = performance.now()
    const status = await connection.ask('GET', path, credential)
    insist(status === 200 || status === 401, `GET ${path} answered ${status}`)
    if (status === 401) return longest
    longest = askedAtMs - endedAtMs
    if (longest > GIVE_UP_MS) return Infinity
  }
}
