import { insist, type Row } from '../report.ts'
import { load } from '../load/index.ts'
import type { Plan } from '../plan.ts'
import type { MeasuredServer } from '../server.ts'
import { show, spreadOf } from '../statistics.ts'

const TOLERANCE = 0.2

/** A service on a store, the files with the credential of its user with five sessions and of its administrator, and all of its sessions. */
export interface Population { server: MeasuredServer, owner: string, admin: string, sessions: number }

/** Whether the time of a route depends on how many sessions others have. */
export async function growth (few: Population, many: Population, plan: Plan): Promise<Row[]> {
  const rows = []
  for (const [path, who] of [['/sessions', 'owner'], ['/admin/stats', 'admin']] as const) {
    const p50Of = ({ server, [who]: credentials }: Population) => async () => (await load(server.url + path, credentials, 1, plan.seconds)).p50Ms
    const patience = plan.patience()
    await p50Of(few)()
    await p50Of(many)()
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

/** That the answers whose time is measured are right. */
export async function insistOnAnswers ({ server, sessions }: Population, owner: string, admin: string): Promise<void> {
  const mine = await get(`${server.url}/sessions`, owner)
  insist(mine.count === 5, `GET /sessions counts ${mine.count} instead of 5`)
  const stats = await get(`${server.url}/admin/stats`, admin)
  insist(stats.activeSessions === sessions, `GET /admin/stats counts ${stats.activeSessions} instead of ${sessions}`)
}

async function get (url: string, credential: string): Promise<Record<string, unknown>> {
  const response = await fetch(url, { headers: { 'x-session-id': credential } })
  return await response.json() as Record<string, unknown>
}
