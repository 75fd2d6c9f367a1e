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

/** One round of one contestant, whose Redis has nobody else's commands, in the midst of its work: it has been asked the same for `leadSeconds` when it is measured. */
export async function measureCell ({ servers, path, files, redis }: Contestant, connections: number, seconds: number, leadSeconds: number): Promise<Cell> {
  const ask = (forSeconds: number) => loadAll(servers.map(({ url }) => url + path), connections === 1 ? files.single : files.all, connections, forSeconds)
  if (leadSeconds > 0) await ask(leadSeconds)
  await Promise.all(servers.map(server => server.observe()))
  const before = await clientCommands(redis.client)
  const { requests, seconds: took, p50Ms, p99Ms } = await ask(seconds)
  const commands = await clientCommands(redis.client) - before
  const used = await Promise.all(servers.map(server => server.observe()))
  const cpuMicroseconds = used.reduce((sum, { cpuMicroseconds }) => sum + cpuMicroseconds, 0)
  return { perSecond: requests / took, p50Ms, p99Ms, cpuMicroseconds: cpuMicroseconds / requests, commands: commands / requests }
}
