import type { Redis } from 'ioredis'
import { insist, type Row } from '../report.ts'
import { seedSessions, userOf } from '../seed.ts'

/** Sessions a user has in this figure. */
const PER_USER = 2

/** What a session costs in Redis, its share of the index included. Fills an empty store; answers with the credentials too. */
export async function memory (client: Redis, sessionKeys: string, sessions: number): Promise<{ rows: Row[], credentials: string[] }> {
  const before = await usedMemory(client)
  const users = Array.from({ length: sessions / PER_USER }, (_, i) => userOf(i))
  const credentials = await seedSessions(client, sessionKeys, users, PER_USER)
  const bytes = (await usedMemory(client) - before) / sessions
  const encodings = await encodingsOf(client)
  insist(encodings.get('listpack') === sessions, `expected ${sessions} listpacks, found ${JSON.stringify([...encodings])}`)
  return {
    credentials,
    rows: [
      { figure: `bytes a session in Redis, index included; ${sessions} sessions, ${PER_USER} a user, browser user agents`, measured: bytes.toFixed(0), goal: 'reported', met: null },
      { figure: 'session hashes that are hashtables (OBJECT ENCODING of all of them)', measured: `0 of ${sessions}`, goal: '0', met: true }
    ]
  }
}

async function usedMemory (client: Redis): Promise<number> {
  const info = await client.info('memory')
  return Number(/^used_memory:(\d+)/m.exec(info)?.[1])
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
