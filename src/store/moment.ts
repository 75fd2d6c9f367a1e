import type { RedisClient } from './scripts.ts'

/** Now, by the clock of that Redis (ms since 1970), or of one master of a Cluster; for maintenance, not for a request. */
export async function momentOf (client: Pick<RedisClient, 'time'>): Promise<number> {
  const [seconds, microseconds] = await client.time()
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000)
}
