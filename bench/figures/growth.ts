import { insist, type Row } from '../report.ts'
import { load } from '../load/index.ts'
import type { Plan } from '../plan.ts'
import type { Patience } from '../quiet.ts'
import type { MeasuredServer } from '../server.ts'
import { show, spreadOf } from '../statistics.ts'

const TOLERANCE = 0.2

/** A service on a store, the files with the credential of its user with five sessions and of its administrator, and all of its sessions. */
export interface Population { server: MeasuredServer, owner: string, admin: string, sessions: number }

/** Whether the time of a route depends on how many sessions others have. */
export async function growth (few: Population, many: Population, plan: Plan): Promise<Row[]> {
  const rows = []
  for (const [path, who] of [['/sessions', 'owner'], ['/admin/stats', 'admin']] as const) {
    const patience = plan.patience()
    const rounds = await compare(path, [few, many].map(({ server, [who]: credentials }) => ({ server, credentials })), plan, patience)
    const ratios = spreadOf(rounds.map(([small = NaN, large = NaN]) => large / small))
    const p50s = spreadOf(rounds.map(([, large = NaN]) => large))
    rows.push({
      figure: `GET ${path}, p50 with ${many.sessions} sessions in the store against ${few.sessions}`,
      measured: `${show(ratios)} ×; ${show(p50s, 3)} ms${patience.remark()}`,
      goal: `1 ± ${TOLERANCE}`,
      met: plan.judges ? Math.abs(ratios.median - 1) <= TOLERANCE : null
    })
  }
  return rows
}

/** The medians (ms) of each service in each round. Every second round goes backwards: whoever is first finds colder caches. */
async function compare (path: string, services: Array<{ server: MeasuredServer, credentials: string }>, plan: Plan, patience: Patience): Promise<number[][]> {
  for (const { server, credentials } of services) await load(server.url + path, credentials, 1, 1)
  const rounds = []
  for (let i = 0; i < plan.rounds; i++) {
    const p50s = []
    for (const { server, credentials } of i % 2 === 0 ? services : services.toReversed()) {
      p50s.push((await patience.round(() => load(server.url + path, credentials, 1, plan.seconds))).p50Ms)
    }
    rounds.push(i % 2 === 0 ? p50s : p50s.toReversed())
  }
  return rounds
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
