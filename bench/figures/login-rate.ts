import { availableParallelism } from 'node:os'
import bcrypt from 'bcryptjs'
import type { Plan } from '../plan.ts'
import type { Row } from '../report.ts'
import type { MeasuredServer } from '../server.ts'
import { logIn } from './login-storm.ts'

const GOAL = 0.85
const COST = 10

/** What its service is configured with: nobody is told to come again. */
export const patientLogins = { DEMO_USERS: 'true', BCRYPT_COST: String(COST), HASH_QUEUE_LIMIT: '1000', SESSION_LIMIT: '1000', SHUTDOWN_SECONDS: '30' }

/** Logins a second against what the cores could hash if they did nothing else. The load comes from the same cores. */
export async function loginRate (server: MeasuredServer, plan: Plan): Promise<Row[]> {
  const logins = Math.max(...plan.logins)
  await logIn(server.url)
  await plan.patience().wait()
  const hashesPerSecond = availableParallelism() * singleHashRate(logins / 10)
  const start = performance.now()
  await Promise.all(Array.from({ length: logins }, () => logIn(server.url)))
  const perSecond = 1000 * logins / (performance.now() - start)
  const share = perSecond / hashesPerSecond
  return [{
    figure: `${logins} simultaneous logins on every core, bcrypt cost ${COST}`,
    measured: `${share.toFixed(2)} × (cores × one hash after the other); ${perSecond.toFixed(1)} logins/s, ${hashesPerSecond.toFixed(1)} hashes/s`,
    goal: `≥ ${GOAL} ×`,
    met: plan.judges ? share >= GOAL : null
  }]
}

/** Hashes a second, one after the other, in this process alone. */
function singleHashRate (count: number): number {
  const hash = bcrypt.hashSync('password123', COST)
  const start = performance.now()
  for (let i = 0; i < count; i++) bcrypt.compareSync('password123', hash)
  return 1000 * count / (performance.now() - start)
}
