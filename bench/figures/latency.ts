import { load } from '../load/index.ts'
import type { Plan } from '../plan.ts'
import type { Row } from '../report.ts'
import type { MeasuredServer } from '../server.ts'
import { show, spreadOf } from '../statistics.ts'

const GOAL_MS = 0.15

/** What a validation adds, one request at a time, to the two things that it cannot do without. */
export async function latency (plain: MeasuredServer, service: MeasuredServer, roundTrip: MeasuredServer, credentials: string, plan: Plan): Promise<Row[]> {
  const p50Of = (server: MeasuredServer) => async () => (await load(`${server.url}/me`, credentials, 1, plan.seconds)).p50Ms
  const ping = async () => (await roundTrip.ask<{ p50Ms: number }>({ milliseconds: 1000 * plan.seconds })).p50Ms
  const patience = plan.patience()
  const sets = await patience.sets(plan.rounds, [p50Of(plain), p50Of(service), ping])
  const added = spreadOf(sets.map(([plainMs = NaN, meMs = NaN, pingMs = NaN]) => meMs - plainMs - pingMs))
  const shown = (position: number) => show(spreadOf(sets.map(set => set[position] ?? NaN)), 3)
  return [{
    figure: 'GET /me, 1 connection, p50, beyond plain Fastify and one bare Redis round trip',
    measured: `${show(added, 3)} ms; /me ${shown(1)}, plain ${shown(0)}, PING ${shown(2)}${patience.remark()}`,
    goal: `≤ ${GOAL_MS} ms`,
    met: plan.judges ? added.median <= GOAL_MS : null
  }]
}
