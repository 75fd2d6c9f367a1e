import { fileURLToPath } from 'node:url'
import { addCaller } from '../caller.ts'
import { load, requestFile, warmUp } from '../load/index.ts'
import type { Bench } from '../measure.ts'
import type { Row } from '../report.ts'
import type { MeasuredServer } from '../server.ts'
import { percentile, show, spreadOf } from '../statistics.ts'

const CONNECTIONS = 64
/** Connections of gateways, each with a batch under way. */
const BATCH_CONNECTIONS = 4
const BATCH = 100
/** Sessions that are in the near-cache however slow a round is: a difference of a few microseconds is not to be one of misses. */
const FEW = 100
const SINGLE_GOAL = 0.5
const BATCH_GOAL = 20_000
const TIMES_GOAL = 5
/** Percent. */
const KEY_GOAL = 5

/** Of rounds with and without the guard, for each round of the others. */
const PAIRS = 3

/** Serves the same route without its guard, too. */
const unguarded = fileURLToPath(new URL('../servers/unguarded.mjs', import.meta.url))

interface Round { perSecond: number, cpuMicroseconds: number }

const nothing: Round = { perSecond: NaN, cpuMicroseconds: NaN }

/** What other services ask: single credentials against plain Fastify, and a hundred at once. 2,000 sessions, near-cached. */
export async function introspection ({ stage, plan, many }: Bench): Promise<Row[]> {
  const { redis, rotation } = await many()
  const DATABASE_URL = await stage.createDatabase()
  const service = await stage.serveSessions(redis, { DATABASE_URL, NODE_OPTIONS: `--import=${unguarded}` })
  const plain = await stage.serve('servers/plain.mjs')
  const header = `authorization: Bearer ${await addCaller(DATABASE_URL)}`
  const askAbout = (name: string, tokens: string[]) => requestFile(stage.folder, name, tokens.map(token => ({ header, body: { token } })))
  const [single, few] = [askAbout('introspect', rotation), askAbout('introspect-few', rotation.slice(0, FEW))]
  const batches = Array.from({ length: Math.max(1, Math.floor(rotation.length / BATCH)) }, (_, i) => rotation.slice(i * BATCH, (i + 1) * BATCH))
  const batch = requestFile(stage.folder, 'introspect-batch', batches.map(tokens => ({ header, body: { tokens } })))
  const post = askAbout('introspect-plain', rotation)
  const get = requestFile(stage.folder, 'plain', [{ header }])

  const [singleUrl, openUrl, batchUrl, postUrl] = [`${service.url}/v1/introspect`, `${service.url}/unguarded/v1/introspect`, `${service.url}/v1/introspect/batch`, `${plain.url}/introspect`]
  for (const [url, file] of [[singleUrl, single], [openUrl, few], [batchUrl, batch], [postUrl, post], [plain.url, get]] as const) await warmUp(url, file)
  const patience = plan.patience()
  const sets = await patience.sets(plan.rounds, [
    () => round(plain, plain.url, get, CONNECTIONS, plan.seconds),
    () => round(plain, postUrl, post, CONNECTIONS, plan.seconds),
    () => round(service, singleUrl, single, CONNECTIONS, plan.seconds),
    () => round(service, batchUrl, batch, BATCH_CONNECTIONS, plan.seconds)
  ])
  // They differ by less than one round from the next: many pairs, one right after the other.
  const pairs = await plan.patience().sets(PAIRS * plan.rounds, [
    () => round(service, singleUrl, few, CONNECTIONS, plan.seconds),
    () => round(service, openUrl, few, CONNECTIONS, plan.seconds)
  ])

  const of = (position: number) => sets.map(set => set[position] ?? nothing)
  const median = (position: number, member: keyof Round) => percentile(of(position).map(round => round[member]), 50)
  const ratio = (position: number, to: number, times = 1) => spreadOf(sets.map(set => times * (set[position] ?? nothing).perSecond / (set[to] ?? nothing).perSecond))
  const perCredential = of(3).map(({ perSecond }) => perSecond * BATCH)
  const [toPlain, toPost, toSingle] = [ratio(2, 0), ratio(2, 1), ratio(3, 2, BATCH)]
  const credentials = percentile(perCredential, 50)
  const [withGuard, without] = [0, 1].map(position => percentile(pairs.map(pair => (pair[position] ?? nothing).cpuMicroseconds), 50)) as [number, number]
  const keyShare = spreadOf(pairs.map(([guarded = nothing, open = nothing]) => 100 * (1 - open.cpuMicroseconds / guarded.cpuMicroseconds)))
  return [
    {
      figure: `POST /v1/introspect, ${CONNECTIONS} connections, ${rotation.length} sessions, near-cached`,
      measured: `${show(toPlain)} × plain Fastify, ${show(toPost)} × plain Fastify that reads the same body and gives the same answer; ${(median(2, 'perSecond') / 1000).toFixed(1)} k/s, ${median(2, 'cpuMicroseconds').toFixed(1)} µs CPU each${patience.remark()}`,
      goal: `≥ ${SINGLE_GOAL} ×`,
      met: plan.judges ? toPlain.median >= SINGLE_GOAL : null
    },
    {
      figure: `POST /v1/introspect/batch, ${BATCH} credentials a call`,
      measured: `${(credentials / 1000).toFixed(1)} k credentials/s, ${(median(3, 'cpuMicroseconds') / BATCH).toFixed(1)} µs CPU each`,
      goal: `≥ ${BATCH_GOAL / 1000} k/s`,
      met: plan.judges ? credentials >= BATCH_GOAL : null
    },
    { figure: 'credentials a second of such batches against single calls', measured: `${show(toSingle)} ×`, goal: `≥ ${TIMES_GOAL} ×`, met: plan.judges ? toSingle.median >= TIMES_GOAL : null },
    {
      figure: 'looking at the key, of the CPU of a single call: against the same route without its guard',
      measured: `${show(keyShare, 1)} %; ${withGuard.toFixed(1)} µs with it, ${without.toFixed(1)} without, medians of ${pairs.length} pairs of rounds`,
      goal: `≤ ${KEY_GOAL} %`,
      met: plan.judges ? keyShare.median <= KEY_GOAL : null
    }
  ]
}

async function round (server: MeasuredServer, url: string, requests: string, connections: number, seconds: number): Promise<Round> {
  await server.observe()
  const { requests: sent, seconds: took } = await load(url, requests, connections, seconds)
  const { cpuMicroseconds } = await server.observe()
  return { perSecond: sent / took, cpuMicroseconds: cpuMicroseconds / sent }
}
