import { load } from '../load/index.ts'
import type { Bench } from '../measure.ts'
import type { Population } from '../population.ts'
import { insist, type Row } from '../report.ts'
import { show, spreadOf } from '../statistics.ts'

const TOLERANCE = 0.2

/** A store, and the URL of the service on it. */
interface Side extends Population { url: string }

/** Whether the time of a route depends on how many sessions others have. */
export async function growth (bench: Bench): Promise<Row[]> {
  const { plan } = bench
  const [few, many] = await bench.stage.startAll([bench.few, bench.many].map(population => async () => sideOf(bench, await population()))) as [Side, Side]
  const rows = []
  for (const [path, who] of [['/sessions', 'owner'], ['/admin/stats', 'admin']] as const) {
    const p50Of = ({ url, files }: Side) => async () => (await load(url + path, files[who], 1, plan.seconds)).p50Ms
    const patience = plan.patience()
    if (plan.judges) for (const side of [few, many]) await p50Of(side)()
    const sets = await patience.sets(plan.rounds, [p50Of(few), p50Of(many)])
    const ratios = spreadOf(sets.map(([small = NaN, large = NaN]) => large / small))
    const p50s = spreadOf(sets.map(([, large = NaN]) => large))
    rows.push({
      figure: `GET ${path}, p50 with ${many.sessions} sessions in the store against ${few.sessions}`,
      measured: `${show(ratios)} ×; ${show(p50s, 3)} ms${patience.remark()}`,
      goal: `1 ± ${TOLERANCE}`,
      met: plan.judges ? Math.abs(ratios.median - 1) <= TOLERANCE : null
    })
  }
  return rows
}

async function sideOf ({ stage }: Bench, population: Population): Promise<Side> {
  const { url } = await stage.serveSessions(population.redis)
  const side = { ...population, url }
  await insistOnAnswers(side)
  return side
}

/** That the answers whose time is measured are right. */
async function insistOnAnswers ({ url, sessions, owner, admin }: Side): Promise<void> {
  const mine = await get(`${url}/sessions`, owner)
  insist(mine.count === 5, `GET /sessions counts ${mine.count} instead of 5`)
  const stats = await get(`${url}/admin/stats`, admin)
  insist(stats.activeSessions === sessions, `GET /admin/stats counts ${stats.activeSessions} instead of ${sessions}`)
}

async function get (url: string, credential: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, { headers: { 'x-session-id': credential } })
  return await response.json() as Record<string, unknown>
}
