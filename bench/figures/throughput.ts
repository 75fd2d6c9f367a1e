import { load, warmUp } from '../load/index.ts'
import type { Bench } from '../measure.ts'
import type { Plan } from '../plan.ts'
import { freePort } from '../redis.ts'
import type { Row } from '../report.ts'
import type { MeasuredServer } from '../server.ts'
import { strict } from '../stage.ts'
import { percentile, show, spreadOf } from '../statistics.ts'

const CONNECTIONS = 64
const GOAL = 0.55
const FEATURES_GOAL = 1.1

interface Round { perSecond: number, cpuMicroseconds: number, p99Ms: number }

const nothing: Round = { perSecond: NaN, cpuMicroseconds: NaN, p99Ms: NaN }

/** Everything that a validation has to look at or to answer beyond who it is: as little of it as can be configured, and all of it. */
const withoutFeatures = { ...strict, BINDING_NETWORK: 'off', BINDING_CLIENT: 'off', BINDING_DEVICE: 'off', ROTATION_INTERVAL_SECONDS: '0' }
const withFeatures = { ...strict, BINDING_NETWORK: 'step-up', BINDING_CLIENT: 'enforce', BINDING_DEVICE: 'step-up', ROTATION_INTERVAL_SECONDS: '900', CORS_ORIGINS: 'https://shop.example' }

/** Strict is judged, as long as it logs warnings only; the others are reported. */
const kinds: Array<{ name: string, env: Record<string, string>, goal: number | null }> = [
  { name: 'near-cache off, LOG_LEVEL=warn', env: strict, goal: GOAL },
  { name: 'near-cache off, LOG_LEVEL=info', env: { ...strict, LOG_LEVEL: 'info' }, goal: null },
  { name: 'near-cached, LOG_LEVEL=warn', env: {}, goal: null },
  { name: 'near-cached, LOG_LEVEL=info', env: { LOG_LEVEL: 'info' }, goal: null }
]

/** One of each kind; `off` and `on` differ in what is configured beyond a validation. */
interface Servers { plain: MeasuredServer, each: MeasuredServer[], off: MeasuredServer[], on: MeasuredServer[] }

/** GET /me against plain Fastify at 64 connections, in rounds that take turns: what disturbs the machine disturbs all of them. */
export async function throughput (bench: Bench): Promise<Row[]> {
  const { plan } = bench
  const { rotation: { length: sessions }, files: { rotation } } = await bench.many()
  const { plain, each, off, on } = await start(bench)
  const servers = [plain, ...each, ...off, ...on]
  const urlOf = (server: MeasuredServer) => server === plain ? server.url : `${server.url}/me`
  for (const server of servers) await warmUp(urlOf(server), rotation)
  const patience = plan.patience()
  const sets = await patience.sets(plan.rounds, servers.map(server => () => round(server, urlOf(server), rotation, plan)))

  const ticks: number[] = []
  for (const server of [plain, ...each]) ticks.push(await server.tick())
  const of = (position: number) => sets.map(set => set[position] ?? nothing)
  const rows = kinds.map(({ name, goal }, i): Row => {
    const rounds = of(1 + i)
    const ratios = spreadOf(rounds.map(({ perSecond }, i) => perSecond / (of(0)[i] ?? nothing).perSecond))
    return {
      figure: `GET /me, ${CONNECTIONS} connections, ${sessions} sessions, ${name}`,
      measured: `${show(ratios)} × plain Fastify; ${summary(rounds)}, a tick ${ticks[1 + i]?.toFixed(0)} ns`,
      goal: goal === null ? 'reported' : `≥ ${goal} ×`,
      met: plan.judges && goal !== null ? ratios.median >= goal : null
    }
  })
  const others = 1 + kinds.length
  return [
    { figure: `plain Fastify, ${CONNECTIONS} connections`, measured: `${summary(of(0))}, a tick ${ticks[0]?.toFixed(0)} ns${patience.remark()}`, goal: 'the ruler', met: null },
    ...rows,
    features(sets.map(set => ({ off: set.slice(others, others + off.length), on: set.slice(others + off.length) })), plan)
  ]
}

/** What is near-cached has a Redis of its own each: the last use of a session is written a second after it fell silent, which is in the round of somebody else. */
async function start ({ stage, many, plan: { twins } }: Bench): Promise<Servers> {
  const { redis } = await many()
  const several = async (serve: () => Promise<MeasuredServer>) => stage.startAll(Array.from({ length: twins }, () => serve))
  return {
    plain: await stage.serve('servers/plain.mjs'),
    each: await stage.startAll(kinds.map(({ env }, i) => async () => stage.serveSessions(env.NEAR_CACHE_MS === '0' ? redis : await stage.durableRedis(`near-cached-${i}`, redis), env))),
    off: await several(() => stage.serveSessions(redis, withoutFeatures)),
    on: await several(async () => stage.serveSessions(redis, { ...withFeatures, METRICS_PORT: String(await freePort()) }))
  }
}

/** By CPU time, of all servers with against all without, in each set: what slows the machine for a while slows both. */
function features (sets: Array<{ off: Round[], on: Round[] }>, plan: Plan): Row {
  const mean = (rounds: Round[]) => rounds.reduce((sum, { cpuMicroseconds }) => sum + cpuMicroseconds, 0) / rounds.length
  const more = spreadOf(sets.map(({ off, on }) => mean(on) / mean(off)))
  return {
    figure: `GET /me, binding, rotation, metrics and CORS on against off, servers of each: ${plan.twins}`,
    measured: `${show(more)} × the CPU; ${summary(sets.flatMap(({ on }) => on))} against ${summary(sets.flatMap(({ off }) => off))}`,
    goal: `≤ ${FEATURES_GOAL} ×`,
    met: plan.judges ? more.median <= FEATURES_GOAL : null
  }
}

async function round (server: MeasuredServer, url: string, credentials: string, { seconds, leadSeconds }: Plan): Promise<Round> {
  if (leadSeconds > 0) await load(url, credentials, CONNECTIONS, leadSeconds)
  await server.observe()
  const { requests, seconds: took, p99Ms } = await load(url, credentials, CONNECTIONS, seconds)
  const { cpuMicroseconds } = await server.observe()
  return { perSecond: requests / took, cpuMicroseconds: cpuMicroseconds / requests, p99Ms }
}

function summary (rounds: Round[]): string {
  const median = (member: keyof Round) => percentile(rounds.map(round => round[member]), 50)
  return `${(median('perSecond') / 1000).toFixed(1)} k/s, ${median('cpuMicroseconds').toFixed(1)} µs CPU each, p99 ${median('p99Ms').toFixed(1)} ms`
}
