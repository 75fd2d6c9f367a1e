import { setTimeout as sleep } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { loadAll } from '../load/index.ts'
import { clientCommands } from '../redis.ts'
import type { Contestant } from './contestants.ts'

/** What one contestant did in one round. */
export interface Cell {
  perSecond: number
  p50Ms: number
  p99Ms: number
  /** Of all its processes, a request. */
  cpuMicroseconds: number
  /** Commands to Redis a request. */
  commands: number
}

/** So many commands in so long are heartbeats (ms). */
const LOOK_MS = 250
const FEW = 30
const MOST_LOOKS = 20

/** Until what the round before has left to be written is written: the last uses of sessions that have fallen silent. */
async function silence (client: Redis): Promise<void> {
  for (let looks = 0; looks < MOST_LOOKS; looks++) {
    const before = await clientCommands(client)
    await sleep(LOOK_MS)
    if (await clientCommands(client) - before <= FEW) return
  }
}

/** One round of one contestant. Nobody else is asked anything meanwhile; their heartbeats to the same Redis, a few a second, count with its commands. */
export async function measureCell ({ servers, path, files, redis }: Contestant, connections: number, seconds: number): Promise<Cell> {
  await silence(redis.client)
  await Promise.all(servers.map(server => server.observe()))
  const before = await clientCommands(redis.client)
  const { requests, seconds: took, p50Ms, p99Ms } = await loadAll(servers.map(({ url }) => url + path), connections === 1 ? files.single : files.all, connections, seconds)
  const commands = await clientCommands(redis.client) - before
  const used = await Promise.all(servers.map(server => server.observe()))
  const cpuMicroseconds = used.reduce((sum, { cpuMicroseconds }) => sum + cpuMicroseconds, 0)
  return { perSecond: requests / took, p50Ms, p99Ms, cpuMicroseconds: cpuMicroseconds / requests, commands: commands / requests }
}
