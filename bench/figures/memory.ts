import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import type { RedisClient } from '../../src/store/scripts.ts'
import type { Bench } from '../measure.ts'
import { insist, type Row } from '../report.ts'
import { createSeeder, seedSessions, userOf, type Facts } from '../seed.ts'

/** Sessions a user has in this figure. */
const PER_USER = 2
const GOAL = 450
const MORE_GOAL = 80
/** Hundreds of logins, after which their history is deleted: to find it Redis goes through all keys. */
const FLIGHTS = 50
/** With fewer, what Redis itself takes shows. */
const FEWEST_JUDGED = 10_000

/** What a session costs in Redis, its share of the index included. */
export async function memory ({ stage, plan: { packed: sessions } }: Bench): Promise<Row[]> {
  const [{ client }, { sessionKeys }] = [await stage.startRedis('memory'), stage]
  const known = `${sessions} sessions, ${PER_USER} a user, browser user agents`
  const judged = (isMet: boolean) => sessions < FEWEST_JUDGED ? null : isMet
  // The scripts stay in the memory of Redis.
  await bytesPerSession(client, sessionKeys, PER_USER, 'all')
  const foundation = await bytesPerSession(client, sessionKeys, sessions, 'foundation')
  const login = await bytesPerSession(client, sessionKeys, sessions, 'login')
  const all = await bytesPerSession(client, sessionKeys, sessions, 'all')
  const changed = await bytesPerSession(client, sessionKeys, sessions, 'changed')
  const { before, after } = await recordBesideData(client, sessionKeys)
  await seedSessions(client, sessionKeys, usersOf(sessions), PER_USER)
  const withHistory = await usedMemory(client, sessions)
  await deleteHistory(client)
  const history = (withHistory - await usedMemory(client, sessions)) / sessions
  const encodings = await encodingsOf(client)
  insist(encodings.get('listpack') === sessions, `expected ${sessions} listpacks, found ${JSON.stringify([...encodings])}`)
  return [
    { figure: `bytes a session in Redis, index included, without the history: who, when, from where, deadlines, digest; ${known}`, measured: foundation.toFixed(0), goal: `≤ ${GOAL}`, met: judged(foundation <= GOAL) },
    { figure: 'with what each login adds: device type and binding', measured: `+ ${(login - foundation).toFixed(0)}`, goal: 'reported', met: null },
    { figure: 'with device type, id and name, binding, and the address of the last use', measured: `+ ${(all - foundation).toFixed(0)}`, goal: `≤ ${MORE_GOAL}`, met: judged(all - foundation <= MORE_GOAL) },
    { figure: 'the same of a session whose password was proven again and whose browser was updated', measured: `+ ${(changed - foundation).toFixed(0)}`, goal: 'reported', met: null },
    { figure: 'the history of a login beside it', measured: `+ ${history.toFixed(0)}`, goal: 'reported', met: null },
    { figure: 'bytes of a record before and after its caller stored a value of 300 bytes', measured: `${before}, ${after}`, goal: 'the same', met: judged(after === before) },
    { figure: 'session hashes that are hashtables (OBJECT ENCODING of all of them)', measured: `0 of ${sessions}`, goal: '0', met: true }
  ]
}

/** Of sessions of which that is known, and which have been used; leaves the store as empty as it was. */
export async function bytesPerSession (client: RedisClient, sessionKeys: string, sessions: number, facts: Facts): Promise<number> {
  let flights = 0
  const seeder = createSeeder(client, sessionKeys, { facts, afterFlight: async () => { if (++flights % FLIGHTS === 0) await deleteHistory(client) } })
  const before = await usedMemory(client, sessions)
  const credentials = await seeder.open(usersOf(sessions).flatMap(user => Array.from({ length: PER_USER }, () => user)))
  await seeder.use(credentials)
  await seeder.close()
  await deleteHistory(client)
  const bytes = (await usedMemory(client, sessions) - before) / sessions
  await client.flushall()
  return bytes
}

const usersOf = (sessions: number) => Array.from({ length: sessions / PER_USER }, (_, i) => userOf(i))

/** With what is to be told to other services of proofs of the password: neither is what a session takes. */
async function deleteHistory (client: RedisClient): Promise<void> {
  const lists = [...await client.keys('user-activity:*'), ...await client.keys('revoked:*')]
  for (let i = 0; i < lists.length; i += 1000) await client.del(...lists.slice(i, i + 1000))
}

/** Bytes of a session's record, and of the same when a caller has stored something. */
async function recordBesideData (client: RedisClient, sessionKeys: string): Promise<{ before: number, after: number }> {
  const seeder = createSeeder(client, sessionKeys)
  const [credential = ''] = await seeder.open([userOf(1)])
  const id = credential.slice(0, 36)
  const [key = ''] = await client.keys('session:*')
  const before = Number(await client.memory('USAGE', key))
  await seeder.store.writeData(id, { values: new Map([['a', JSON.stringify('x'.repeat(298))]]), ifVersion: null })
  const after = Number(await client.memory('USAGE', key))
  await seeder.close()
  await client.flushall()
  return { before, after }
}

/** Without the buffers of connections; and the least of a second, or less where there are few, in which Redis ends what it has begun to move into larger tables. */
async function usedMemory (client: RedisClient, sessions: number): Promise<number> {
  const looks = sessions < FEWEST_JUDGED ? 3 : 10
  let least = Infinity
  for (let i = 0; i < looks; i++) {
    await sleep(100)
    const info = await client.info('memory')
    const figure = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(info)?.[1])
    least = Math.min(least, figure('used_memory') - figure('mem_clients_normal'))
  }
  return least
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
