import type { Redis } from 'ioredis'
import { mastersOf, type RedisClient } from './scripts.ts'

/** What is wrong with the way a Redis is set up for sessions; stable names, shown by /readyz. */
export type StoreWarning = 'redis_eviction_policy' | 'redis_no_persistence' | 'redis_read_only' | 'redis_unpacked_hashes'

export const warningTexts: Record<StoreWarning, string> = {
  redis_eviction_policy: 'Redis may evict live sessions under memory pressure: set maxmemory-policy noeviction.',
  redis_no_persistence: 'Redis keeps no append-only file: a restart loses sessions and forgets log-outs. Set appendonly yes.',
  redis_read_only: 'Redis is a replica and takes no writes: point REDIS_URL at the master.',
  redis_unpacked_hashes: 'Redis keeps records or indexes unpacked, in several times the memory: set hash-max-listpack-entries and zset-max-listpack-entries to 128 or more, hash-max-listpack-value and zset-max-listpack-value to 64 or more.'
}

/** What keys.ts relies on: below any of these, a record or a short index is not one listpack. Redis' own defaults are not lower. */
export const leastPacked = {
  'hash-max-listpack-entries': 128,
  'hash-max-listpack-value': 64,
  'zset-max-listpack-entries': 128,
  'zset-max-listpack-value': 64
}

/** Asks each master: INFO, and CONFIG where that is allowed; where it is not, nothing is said of what it alone tells. */
export async function preflight (client: RedisClient): Promise<StoreWarning[]> {
  const found = await Promise.all(mastersOf(client).map(warningsOf))
  return [...new Set(found.flat())]
}

async function warningsOf (master: Redis): Promise<StoreWarning[]> {
  const [info, isPacked] = await Promise.all([master.info(), packs(master).catch(() => true)])
  const warnings: StoreWarning[] = []
  if (!/^maxmemory_policy:noeviction/m.test(info)) warnings.push('redis_eviction_policy')
  if (/^aof_enabled:0/m.test(info)) warnings.push('redis_no_persistence')
  if (/^role:slave/m.test(info)) warnings.push('redis_read_only')
  if (!isPacked) warnings.push('redis_unpacked_hashes')
  return warnings
}

async function packs (master: Redis): Promise<boolean> {
  const reply = await master.config('GET', ...Object.keys(leastPacked)) as string[]
  return Object.entries(leastPacked).every(([name, least]) => Number(reply[reply.indexOf(name) + 1]) >= least)
}
