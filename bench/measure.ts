import { createCrowds, type Crowds } from './crowd.ts'
import { coldLogin } from './figures/cold-login.ts'
import { consumer } from './figures/consumer.ts'
import { feed } from './figures/feed.ts'
import { flatness } from './figures/flatness.ts'
import { growth } from './figures/growth.ts'
import { intake } from './figures/intake.ts'
import { introspection } from './figures/introspection.ts'
import { latency } from './figures/latency.ts'
import { loginRate } from './figures/login-rate.ts'
import { loginStorms } from './figures/login-storm.ts'
import { memory } from './figures/memory.ts'
import { peers } from './figures/peers.ts'
import { processMemory } from './figures/process-memory.ts'
import { realtime } from './figures/realtime/index.ts'
import { revocation } from './figures/revocation.ts'
import { roundTrips } from './figures/round-trips.ts'
import { startUp } from './figures/start-up.ts'
import { throughput } from './figures/throughput.ts'
import type { Plan } from './plan.ts'
import { createPopulations, type Populations } from './population.ts'
import type { Row } from './report.ts'
import type { Stage } from './stage.ts'

/** What a figure is measured with. It starts the servers that it needs; they are stopped after it. */
export interface Bench extends Populations, Crowds { stage: Stage, plan: Plan }

/** Every figure under the name by which `--only` asks for it, the most telling first. What opens sessions comes after `growth`, which counts them all. */
const figures: Record<string, (bench: Bench) => Promise<Row[]>> = {
  throughput,
  latency,
  'round-trips': roundTrips,
  growth,
  peers,
  introspection,
  consumer,
  feed,
  flatness,
  revocation,
  intake,
  realtime,
  'login-storm': loginStorms,
  'login-rate': loginRate,
  'cold-login': coldLogin,
  memory,
  'process-memory': processMemory,
  'start-up': startUp
}

export const figureNames = Object.keys(figures)

/** Of them, what a quick run leaves to another one, which takes two minutes more. */
export const apart = ['growth', 'introspection', 'consumer', 'feed', 'realtime', 'start-up']

/** The rows of the figures of these names; `tell` is given those of each figure when it is done. */
export async function measure (stage: Stage, plan: Plan, names: string[], tell: (rows: Row[]) => void): Promise<Row[]> {
  const bench = { stage, plan, ...createPopulations(stage, plan), ...createCrowds(stage) }
  const rows = []
  for (const [name, figure] of Object.entries(figures)) {
    if (!names.includes(name)) continue
    const startedAtMs = performance.now()
    const found = await figure(bench)
    tell(found)
    rows.push(...found)
    await stage.stopServers()
    console.error(`${name}: ${((performance.now() - startedAtMs) / 1000).toFixed(0)} s\n`)
  }
  return rows
}
