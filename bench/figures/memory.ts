import type { Redis } from 'ioredis'
import type { Bench } from '../measure.ts'
import { insist, type Row } from '../report.ts'

/** What a session costs in Redis, its share of the index included. */
export async function memory ({ many, plan }: Bench): Promise<Row[]> {
  const { redis, sessions, bytesEach } = await many()
  const encodings = await encodingsOf(redis.client)
  insist(encodings.get('listpack') === sessions, `expected ${sessions} listpacks, found ${JSON.stringify([...encodings])}`)
  return [
    { figure: `bytes a session in Redis, index included; ${plan.others} sessions, 2 a user, browser user agents`, measured: bytesEach.toFixed(0), goal: 'reported', met: null },
    { figure: 'session hashes that are hashtables (OBJECT ENCODING of all of them)', measured: `0 of ${sessions}`, goal: '0', met: true }
  ]
}

async function encodingsOf (client: Redis): Promise<Map<string, number>> {
  const found = new Map<string, number>()
  for (let cursor = '0'; ;) {
    const [next, keys] = await client.scan(cursor, 'MATCH', 'session:{*', 'COUNT', 1000)
    const encodings = await Promise.all(keys.map(key => client.object('ENCODING', key)))
    for (const encoding of encodings) found.set(String(encoding), (found.get(String(encoding)) ?? 0) + 1)
    if (next === '0') return found
    cursor = next
  }
}
