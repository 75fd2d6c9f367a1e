import type { RedisClient } from './scripts.ts'

/** Now, by the clock of a Redis (ms since 1970): what scripts have written is compared with it, never with that of this process. */
export async function momentOf (client: Pick<RedisClient, 'time'>): Promise<number> {
  const [seconds, microseconds] = await client.time()
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000)
}
