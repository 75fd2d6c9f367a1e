import { spreadTags } from './everybody.ts'
import type { Keys } from './keys.ts'
import { mastersOf, type RedisClient } from './scripts.ts'

/** What is wrong with the way a Redis is set up for sessions; stable names, shown by /readyz. */
export type StoreWarning = 'redis_eviction_policy' | 'redis_no_persistence' | 'redis_read_only' | 'redis_unpacked_records'

export const warningTexts: Record<StoreWarning, string> = {
  redis_eviction_policy: 'Redis may evict live sessions under memory pressure: set maxmemory-policy noeviction.',
  redis_no_persistence: 'Redis keeps no append-only file: a restart loses sessions and forgets log-outs. Set appendonly yes.',
  redis_read_only: 'Redis is a replica and takes no writes: point REDIS_URL at the master.',
  redis_unpacked_records: 'Redis takes more than twice the memory for a session: set hash-max-listpack-entries and zset-max-listpack-entries to 128, hash-max-listpack-value and zset-max-listpack-value to 64, or more.'
}

/** Asks each master (INFO: allowed where CONFIG is not), and how they keep what is written. */
export async function preflight (client: RedisClient, keys: Keys): Promise<StoreWarning[]> {
  const [infos, arePacked] = await Promise.all([
    Promise.all(mastersOf(client).map(master => master.info())),
    // One that takes no writes now, or lets nobody ask, does not tell.
    Promise.all(spreadTags(client).map(tag => client.storePacking(keys.packingProbe(tag)).catch(() => 1)))
  ])
  const found = infos.flatMap(info => warningsOf(info))
  return [...new Set<StoreWarning>([...found, ...arePacked.includes(0) ? ['redis_unpacked_records' as const] : []])]
}

function warningsOf (info: string): StoreWarning[] {
  const warnings: StoreWarning[] = []
  if (!/^maxmemory_policy:noeviction/m.test(info)) warnings.push('redis_eviction_policy')
  if (/^aof_enabled:0/m.test(info)) warnings.push('redis_no_persistence')
  if (/^role:slave/m.test(info)) warnings.push('redis_read_only')
  return warnings
}
