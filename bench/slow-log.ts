import type { Redis } from 'ioredis'

/** Below this (µs) is what scripts call, which is part of their own time; writing down each of them would take longer than they do. */
const THRESHOLD = 5

/** Commands that are kept. */
const MOST = 1_000_000

/** How long Redis worked on each script that came while `work` ran (µs), by its slow log. */
export async function scriptTimes (client: Redis, work: () => Promise<unknown>): Promise<number[]> {
  await client.config('SET', 'slowlog-max-len', MOST)
  await client.slowlog('RESET')
  await client.config('SET', 'slowlog-log-slower-than', THRESHOLD)
  await work()
  await client.config('SET', 'slowlog-log-slower-than', -1)
  const entries = await client.slowlog('GET', -1) as Array<[id: number, at: number, microseconds: number, command: string[]]>
  return entries.filter(([, , , [name = '']]) => name.toLowerCase() === 'evalsha').map(([, , microseconds]) => microseconds)
}
