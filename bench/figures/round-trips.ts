import type { Bench } from '../measure.ts'
import { monitorCommands } from '../monitor.ts'
import { insist, type Row } from '../report.ts'
import { strict } from '../stage.ts'

const REQUESTS = 1000

/** So many at once share calls. */
const AT_ONCE = 50

/**
 * What the service sends to Redis for GET /me, by MONITOR, which tells commands of a client from those inside a script. Each request
 * is one script call, or shares one with others of the same moment; besides them there are the heartbeat, the proof that news arrives,
 * the flush of the live count and the last uses of sessions that have fallen silent, all by the clock.
 */
export async function roundTrips ({ stage, many }: Bench): Promise<Row[]> {
  const { redis: store, rotation: credentials } = await many()
  const { url } = await stage.serveSessions(store, strict)
  // The first use from another place than before is noted, which is a round trip of its own.
  await commandsOf(store.url, url, credentials, AT_ONCE)
  const single = await countsOf(store.url, url, credentials, 1)
  const shared = await countsOf(store.url, url, credentials, AT_ONCE)
  return [{
    figure: `Redis round trips of ${REQUESTS} GET /me, one after the other`,
    measured: `${single.validations}; beside them by the clock ${single.heartbeats} heartbeats, ${single.proofs} proofs that news arrives, ${single.flushes} count flushes, ${single.lastUses} last uses of sessions that fell silent; ${AT_ONCE} at once: ${shared.validations}`,
    goal: 'exactly 1 each',
    met: single.validations === REQUESTS && shared.validations <= REQUESTS
  }]
}

async function countsOf (redisUrl: string, url: string, credentials: string[], atOnce: number) {
  let counts = await commandsOf(redisUrl, url, credentials, atOnce)
  // The recount of live sessions passed by, which is no part of a request: count again.
  while (counts.has('scan')) counts = await commandsOf(redisUrl, url, credentials, atOnce)
  const others = [...counts.keys()].filter(kind => !['session script', 'live count script', 'last use script', 'heartbeat', 'publish'].includes(kind))
  insist(others.length === 0, `${REQUESTS} requests made these Redis commands: ${JSON.stringify([...counts])}`)
  return { validations: counts.get('session script') ?? 0, heartbeats: counts.get('heartbeat') ?? 0, proofs: counts.get('publish') ?? 0, flushes: counts.get('live count script') ?? 0, lastUses: counts.get('last use script') ?? 0 }
}

/** How often each kind of command came while the requests were made. */
async function commandsOf (redisUrl: string, url: string, credentials: string[], atOnce: number): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  const monitor = await monitorCommands(redisUrl, words => counts.set(kindOf(words), (counts.get(kindOf(words)) ?? 0) + 1))
  for (let i = 0; i < REQUESTS; i += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, (_, j) => me(url, credentials[(i + j) % credentials.length] ?? '')))
  }
  await new Promise(resolve => setTimeout(resolve, 50))
  monitor.stop()
  return counts
}

/** sessionTouch has two arguments; a validation has four, and one more for each credential. */
const LAST_USE_WORDS = 6

function kindOf (words: string[]): string {
  const [command = '', read = '', , key = ''] = words
  const name = command.toLowerCase()
  if (name === 'get' && read.includes('not-before-everybody')) return 'heartbeat'
  if (name !== 'evalsha' && name !== 'eval') return name
  if (key === 'live-sessions') return 'live count script'
  return words.length === LAST_USE_WORDS ? 'last use script' : 'session script'
}

async function me (url: string, credential: string): Promise<void> {
  const response = await fetch(`${url}/me`, { headers: { 'x-session-id': credential } })
  await response.arrayBuffer()
  insist(response.ok, `GET /me answered ${response.status}`)
}
