import type { Redis } from 'ioredis'
import { insist, type Row } from '../report.ts'

const REQUESTS = 1000

/**
 * What the service sends to Redis for GET /me, by MONITOR, which tells commands of a client from those inside a script. Each request
 * is one script call; besides them there are the heartbeat and the flush of the live count, both by the clock.
 */
export async function roundTrips (redis: Redis, url: string, credentials: string[]): Promise<Row[]> {
  let counts = await commandsOf(redis, url, credentials)
  // The recount of live sessions passed by, which is no part of a request: count again.
  while (counts.has('scan')) counts = await commandsOf(redis, url, credentials)

  const validations = counts.get('session script') ?? 0
  const others = [...counts.keys()].filter(kind => !['session script', 'live count script', 'ping'].includes(kind))
  insist(validations === REQUESTS && others.length === 0, `${REQUESTS} requests made these Redis commands: ${JSON.stringify([...counts])}`)
  return [{
    figure: `Redis round trips of ${REQUESTS} GET /me`,
    measured: `${validations}; beside them by the clock ${counts.get('ping') ?? 0} heartbeats, ${counts.get('live count script') ?? 0} count flushes`,
    goal: 'exactly 1 each',
    met: true
  }]
}

/** How often each kind of command came while the requests were made. */
async function commandsOf (redis: Redis, url: string, credentials: string[]): Promise<Map<string, number>> {
  const monitor = await redis.monitor()
  const counts = new Map<string, number>()
  monitor.on('monitor', (_time: string, args: string[], source: string) => {
    if (source !== 'lua') counts.set(kindOf(args), (counts.get(kindOf(args)) ?? 0) + 1)
  })
  for (let i = 0; i < REQUESTS; i += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, j) => me(url, credentials[(i + j) % credentials.length] ?? '')))
  }
  await new Promise(resolve => setTimeout(resolve, 50))
  monitor.disconnect()
  return counts
}

function kindOf ([command = '', , , key = '']: string[]): string {
  const name = command.toLowerCase()
  if (name !== 'evalsha' && name !== 'eval') return name
  return key === 'live-sessions' ? 'live count script' : 'session script'
}

async function me (url: string, credential: string): Promise<void> {
  const response = await fetch(`${url}/me`, { headers: { 'x-session-id': credential } })
  await response.arrayBuffer()
  insist(response.ok, `GET /me answered ${response.status}`)
}
