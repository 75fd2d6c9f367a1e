import { load } from '../load/index.ts'
import type { Plan } from '../plan.ts'
import type { Row } from '../report.ts'
import type { MeasuredServer } from '../server.ts'
import { percentile, show, spreadOf } from '../statistics.ts'

const CONNECTIONS = 64
const GOAL = 0.38

interface Round { perSecond: number, cpuMicroseconds: number, p99Ms: number }

export interface ThroughputServers { plain: MeasuredServer, warn: MeasuredServer, info: MeasuredServer }

/** GET /me against plain Fastify at 64 connections, in rounds that take turns: what disturbs the machine disturbs all of them. */
export async function throughput ({ plain, warn, info }: ThroughputServers, credentials: string, plan: Plan): Promise<Row[]> {
  const rounds: Record<keyof ThroughputServers, Round[]> = { plain: [], warn: [], info: [] }
  const patience = plan.patience()
  for (const server of [plain, warn, info]) await load(`${server.url}/me`, credentials, CONNECTIONS, 1)
  for (let i = 0; i < plan.rounds; i++) {
    for (const [name, server] of [['plain', plain], ['warn', warn], ['info', info]] as const) {
      rounds[name].push(await patience.round(() => round(server, credentials, plan.seconds)))
    }
  }

  const row = (level: 'warn' | 'info', met: (ratio: number) => boolean | null): Row => {
    const ratios = spreadOf(rounds[level].map(({ perSecond }, i) => perSecond / (rounds.plain[i]?.perSecond ?? NaN)))
    return {
      figure: `GET /me, ${CONNECTIONS} connections, 1,000 sessions, LOG_LEVEL=${level}`,
      measured: `${show(ratios)} × plain Fastify; ${summary(rounds[level])}`,
      goal: level === 'warn' ? `≥ ${GOAL} ×` : 'reported',
      met: met(ratios.median)
    }
  }
  return [
    { figure: `plain Fastify, ${CONNECTIONS} connections`, measured: summary(rounds.plain) + patience.remark(), goal: 'the ruler', met: null },
    row('warn', ratio => plan.judges ? ratio >= GOAL : null),
    row('info', () => null)
  ]
}

async function round (server: MeasuredServer, credentials: string, seconds: number): Promise<Round> {
  await server.observe()
  const { requests, seconds: took, p99Ms } = await load(`${server.url}/me`, credentials, CONNECTIONS, seconds)
  const { cpuMicroseconds } = await server.observe()
  return { perSecond: requests / took, cpuMicroseconds: cpuMicroseconds / requests, p99Ms }
}

function summary (rounds: Round[]): string {
  const median = (member: keyof Round) => percentile(rounds.map(round => round[member]), 50)
  return `${(median('perSecond') / 1000).toFixed(1)} k/s, ${median('cpuMicroseconds').toFixed(1)} µs CPU each, p99 ${median('p99Ms').toFixed(1)} ms`
}
