import { load } from '../load/index.ts'
import type { Plan } from '../plan.ts'
import type { Row } from '../report.ts'
import type { MeasuredServer } from '../server.ts'
import { show, spreadOf } from '../statistics.ts'

const GOAL_MS = 0.15

/** What a validation adds, one request at a time, to the two things that it cannot do without. */
export async function latency (plain: MeasuredServer, service: MeasuredServer, roundTrip: MeasuredServer, credentials: string, plan: Plan): Promise<Row[]> {
  const p50s: Record<'plain' | 'me' | 'ping', number[]> = { plain: [], me: [], ping: [] }
  const patience = plan.patience()
  const p50Of = async (server: MeasuredServer) => (await load(`${server.url}/me`, credentials, 1, plan.seconds)).p50Ms
  for (let i = 0; i < plan.rounds; i++) {
    p50s.plain.push(await patience.round(() => p50Of(plain)))
    p50s.me.push(await patience.round(() => p50Of(service)))
    p50s.ping.push((await patience.round(() => roundTrip.ask<{ p50Ms: number }>({ milliseconds: 1000 * plan.seconds }))).p50Ms)
  }
  const added = spreadOf(p50s.me.map((me, i) => me - (p50s.plain[i] ?? NaN) - (p50s.ping[i] ?? NaN)))
  const shown = (name: keyof typeof p50s) => show(spreadOf(p50s[name]), 3)
  return [{
    figure: 'GET /me, 1 connection, p50, beyond plain Fastify and one bare Redis round trip',
    measured: `${show(added, 3)} ms; /me ${shown('me')}, plain ${shown('plain')}, PING ${shown('ping')}${patience.remark()}`,
    goal: `≤ ${GOAL_MS} ms`,
    met: plan.judges ? added.median <= GOAL_MS : null
  }]
}
