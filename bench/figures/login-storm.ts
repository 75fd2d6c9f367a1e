import { setTimeout as sleep } from 'node:timers/promises'
import { demoUsers } from '../../src/users/demo.ts'
import { paced } from '../load/paced.ts'
import type { Plan } from '../plan.ts'
import { insist, type Row } from '../report.ts'
import type { MeasuredServer } from '../server.ts'
import { percentile } from '../statistics.ts'

const GOAL_MS = 50
/** 200 validations a second. */
const EVERY_MS = 5

/** Validations beside many simultaneous logins. The service's demo accounts were hashed at that cost. */
export async function loginStorm (server: MeasuredServer, cost: number, plan: Plan): Promise<Row[]> {
  const credential = await logIn(server.url) ?? ''
  const me = `${server.url}/me`
  await plan.patience().wait()
  const quiet = await paced(me, credential, EVERY_MS, sleep(2000))
  await server.observe()

  const start = performance.now()
  const logins = Promise.all(Array.from({ length: plan.logins }, () => logIn(server.url)))
  const [during, credentials] = await Promise.all([paced(me, credential, EVERY_MS, logins), logins])
  const done = credentials.filter(given => given !== null).length
  const perSecond = 1000 * done / (performance.now() - start)
  const { loopDelayMs } = await server.observe()

  const ms = (values: number[], percent: number) => percentile(values, percent).toFixed(1)
  return [{
    figure: `GET /me at 200/s beside ${plan.logins} simultaneous logins, bcrypt cost ${cost}, hashing on the same core`,
    measured: `p99 ${ms(during, 99)} ms, p50 ${ms(during, 50)} (without logins ${ms(quiet, 99)}, ${ms(quiet, 50)}); event loop delay p99 ${loopDelayMs.p99.toFixed(1)}, max ${loopDelayMs.max.toFixed(1)} ms; ${done} logins done, ${perSecond.toFixed(1)}/s, ${plan.logins - done} told to come again`,
    goal: `p99 < ${GOAL_MS} ms`,
    met: plan.judges ? percentile(during, 99) < GOAL_MS : null
  }]
}

/** A credential, or `null`: too many waited before. */
async function logIn (url: string): Promise<string | null> {
  const [{ email, password } = { email: '', password: '' }] = demoUsers
  const response = await fetch(`${url}/login`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password })
  })
  const { sessionId = null, code } = await response.json() as { sessionId?: string, code?: string }
  insist(response.ok || code === 'login_busy', `POST /login answered ${response.status}`)
  return sessionId
}
