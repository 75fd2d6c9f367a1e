import { spawnSync } from 'node:child_process'
import { addCaller } from '../caller.ts'
import { createCopier } from '../copies.ts'
import { openConnection, type Connection } from '../load/connection.ts'
import { load, warmUp } from '../load/index.ts'
import type { Bench } from '../measure.ts'
import type { Plan } from '../plan.ts'
import { insist, type Row } from '../report.ts'
import type { MeasuredServer } from '../server.ts'
import { percentile, show, spreadOf } from '../statistics.ts'

const CONNECTIONS = 64
const GOAL = 0.85
const GOAL_P99_MS = 50
const CUT_GOAL_MS = 1000
/** Sessions that end while the feed is cut: few, so that each is asked about often. */
const UNHEARD = 40

interface Round { perSecond: number, cpuMicroseconds: number }

const nothing: Round = { perSecond: NaN, cpuMicroseconds: NaN }

/** A service of somebody else with the client package: what `requireSession` costs there, and how long a session that has ended is let in. */
export async function consumer ({ stage, plan, many }: Bench): Promise<Row[]> {
  insist(spawnSync('npm', ['run', 'build:client'], { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0, '`npm run build:client` failed')
  const { redis, rotation: { length: inTurn }, files: { rotation } } = await many()
  const DATABASE_URL = await stage.createDatabase()
  // On no core of its own: what is measured is the other service. It makes the tables.
  const service = await stage.serveSessions(redis, { DATABASE_URL }, true)
  const SESSIONS_KEY = await addCaller(DATABASE_URL)
  const serve = (more: Record<string, string> = {}) => stage.serve('servers/consumer.mjs', { env: { SESSIONS_URL: service.url, SESSIONS_KEY, ...more } })
  const [hearing, deaf] = [await serve(), await serve({ REVOCATIONS: 'no' })]

  for (const path of ['/open', '/orders']) await warmUp(hearing.url + path, rotation)
  const patience = plan.patience()
  const sets = await patience.sets(plan.rounds, ['/open', '/orders'].map(path => () => round(hearing, path, rotation, plan.seconds)))
  const of = (position: number, member: keyof Round) => percentile(sets.map(set => (set[position] ?? nothing)[member]), 50)
  const ratio = spreadOf(sets.map(([open = nothing, guarded = nothing]) => guarded.perSecond / open.perSecond))

  const copier = await createCopier(redis.client, stage.sessionKeys)
  const sessions = (count: number) => copier.open(count, number => String(30_000_000 + number))
  const ends = await endsAt(service, hearing, await sessions(plan.revocations))
  const cut = await endsAt(service, deaf, await sessions(Math.min(UNHEARD, plan.revocations)))
  return [
    {
      figure: `another service, ${CONNECTIONS} connections, ${inTurn} sessions: a route behind requireSession() against the same without`,
      measured: `${show(ratio)} ×; ${(of(1, 'perSecond') / 1000).toFixed(1)} k/s, ${of(1, 'cpuMicroseconds').toFixed(1)} µs CPU each against ${of(0, 'cpuMicroseconds').toFixed(1)}${patience.remark()}`,
      goal: `≥ ${GOAL} ×`,
      met: plan.judges ? ratio.median >= GOAL : null
    },
    endedRow('session ended → refused by another service that hears the feed', ends, 99, GOAL_P99_MS, plan),
    endedRow('the same with the feed cut', cut, 100, CUT_GOAL_MS, plan)
  ]
}

async function round (server: MeasuredServer, path: string, credentials: string, seconds: number): Promise<Round> {
  await server.observe()
  const { requests, seconds: took } = await load(server.url + path, credentials, CONNECTIONS, seconds)
  const { cpuMicroseconds } = await server.observe()
  return { perSecond: requests / took, cpuMicroseconds: cpuMicroseconds / requests }
}

/** How long after the acknowledged end of each the other service still let it in (ms), having let it in just before. */
async function endsAt (service: MeasuredServer, consumer: MeasuredServer, credentials: string[]): Promise<number[]> {
  const [here, there] = [await openConnection(service.url), await openConnection(consumer.url)]
  const times: number[] = []
  for (const credential of credentials) {
    insist(await isLetIn(there, credential), 'a live session was refused')
    insist(await here.ask('POST', '/logout', credential) === 200, 'a logout failed')
    const endedAtMs = performance.now()
    while (await isLetIn(there, credential));
    times.push(performance.now() - endedAtMs)
  }
  for (const connection of [here, there]) connection.close()
  return times
}

async function isLetIn (instance: Connection, credential: string): Promise<boolean> {
  const status = await instance.ask('GET', '/orders', credential)
  insist(status === 200 || status === 401, `GET /orders answered ${status}`)
  return status === 200
}

function endedRow (figure: string, times: number[], percent: number, goalMs: number, plan: Plan): Row {
  const ms = (percent: number) => percentile(times, percent).toFixed(1)
  return {
    figure,
    measured: `p50 ${ms(50)}, p99 ${ms(99)}, max ${ms(100)} ms after the acknowledgement; ${times.length} sessions`,
    goal: `${percent === 100 ? 'max' : `p${percent}`} ≤ ${goalMs} ms`,
    met: plan.judges ? percentile(times, percent) <= goalMs : null
  }
}
