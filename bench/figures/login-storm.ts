import { setTimeout as sleep } from 'node:timers/promises'
import { demoUsers } from '../../src/users/demo.ts'
import { paced } from '../load/paced.ts'
import type { Plan } from '../plan.ts'
import { insist, type Row } from '../report.ts'
import type { MeasuredServer } from '../server.ts'
import { percentile, show, spreadOf } from '../statistics.ts'

const GOAL_MS = 50
const LOOP_GOAL_MS = 20
/** 200 validations a second. */
const EVERY_MS = 5

/** Validations beside many simultaneous logins. The service's demo accounts were hashed at that cost. */
export async function loginStorms (server: MeasuredServer, cost: number, logins: number, plan: Plan): Promise<Row[]> {
  const credential = await logIn(server.url) ?? ''
  const me = `${server.url}/me`
  await plan.patience().wait()
  const quiet = await paced(me, credential, EVERY_MS, sleep(2000))
  const storms: Storm[] = []
  for (let i = 0; i < plan.storms; i++) storms.push(await loginStorm(server, me, credential, logins))
  const p99 = spreadOf(storms.map(({ latencies }) => percentile(latencies, 99)))
  const rank = ({ latencies }: Storm): number => Math.abs(percentile(latencies, 99) - p99.median)
  const [{ latencies, loopDelayMs, done, perSecond }] = storms.sort((a, b) => rank(a) - rank(b)) as [Storm]

  return [{
    figure: `GET /me at 200/s beside ${logins} simultaneous logins, bcrypt cost ${cost}, hashing on the same core`,
    measured: `p99 ${show(p99, 1)} ms, p50 ${ms(percentile(latencies, 50))} (without logins ${ms(percentile(quiet, 99))}, ${ms(percentile(quiet, 50))}); event loop delay p99 ${ms(loopDelayMs.p99)}, max ${ms(loopDelayMs.max)} ms; ${done} logins done, ${perSecond.toFixed(1)}/s, ${logins - done} told to come again`,
    goal: `p99 < ${GOAL_MS} ms, event loop p99 < ${LOOP_GOAL_MS} ms`,
    met: plan.judges ? p99.median < GOAL_MS && loopDelayMs.p99 < LOOP_GOAL_MS : null
  }]
}

interface Storm { latencies: number[], loopDelayMs: { p99: number, max: number }, done: number, perSecond: number }

async function loginStorm (server: MeasuredServer, me: string, credential: string, count: number): Promise<Storm> {
  await server.observe()
  const start = performance.now()
  const logins = Promise.all(Array.from({ length: count }, () => logIn(server.url)))
  const [latencies, credentials] = await Promise.all([paced(me, credential, EVERY_MS, logins), logins])
  const done = credentials.filter(given => given !== null).length
  const perSecond = 1000 * done / (performance.now() - start)
  const { loopDelayMs } = await server.observe()
  return { latencies, loopDelayMs, done, perSecond }
}

const ms = (value: number): string => value.toFixed(1)

/** A credential, or `null`: too many waited before. */
export async function logIn (url: string): Promise<string | null> {
  const [{ email, password } = { email: '', password: '' }] = demoUsers
  const response = await fetch(`${url}/login`, {
    method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, password })
  })
  const { sessionId = null, code } = await response.json() as { sessionId?: string, code?: string }
  insist(response.ok || code === 'login_busy', `POST /login answered ${response.status}`)
  return sessionId
}
