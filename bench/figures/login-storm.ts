import { setTimeout as sleep } from 'node:timers/promises'
import { coreCount } from '../cores.ts'
import { logIn, simultaneousLogins, type Logins } from '../load/logins.ts'
import { paced } from '../load/paced.ts'
import type { Bench } from '../measure.ts'
import type { Plan } from '../plan.ts'
import type { Row } from '../report.ts'
import type { MeasuredServer, Observation } from '../server.ts'
import { percentile, show, spreadOf } from '../statistics.ts'

const GOAL_MS = 50
const LOOP_GOAL_MS = 20
/** Of a storm that goes on: those who log in again and again, for how long (s), and what validations beside them may take. */
const LOOPS = 2 * coreCount
const STEADY_SECONDS = 5
const STEADY_COST = 10
const STEADY_GOAL_MS = 10
const STEADY_GOAL = 3
/** 200 validations a second. */
const EVERY_MS = 5

/** What is compared with, and as much of it as shows that it runs. */
const [QUIET_MS, SHORT_MS] = [2000, 250]

/** Everybody logs in with one account. */
const settings = { DEMO_USERS: 'true', SESSION_LIMIT: '1000' }

/** Validations beside logins: beside many that come at once, the service's demo accounts being hashed at each cost, and beside some that come for as long as it lasts. */
export async function loginStorms ({ stage, plan }: Bench): Promise<Row[]> {
  const rows = []
  for (const cost of plan.costs) {
    const server = await stage.serveSessions(stage.few, { ...settings, BCRYPT_COST: String(cost) })
    for (const logins of plan.logins) rows.push(await stormsOf(server, cost, logins, plan))
  }
  const steady = async (everyCore: boolean) => ({ everyCore, server: await stage.serveSessions(stage.few, { ...settings, BCRYPT_COST: String(STEADY_COST) }, everyCore) })
  for (const { server, everyCore } of await stage.startAll([() => steady(true), () => steady(false)])) rows.push(await steadyStorm(server, everyCore, plan))
  return rows
}

/** Beside its own quiet, each time: what disturbs the machine disturbs both. */
async function steadyStorm (server: MeasuredServer, everyCore: boolean, plan: Plan): Promise<Row> {
  const headers = { 'x-session-id': await logIn(server.url) }
  const me = `${server.url}/me`
  const seconds = plan.judges ? STEADY_SECONDS : plan.seconds
  const rounds: Array<{ quiet: number, storm: number, loopDelayMs: number, withoutCore: number, perSecond: number }> = []
  for (let i = 0; i < plan.storms; i++) {
    const quiet = await paced(me, headers, EVERY_MS, sleep(1000 * seconds))
    const { latencies, loopDelayMs, withoutCore, perSecond } = await loginStorm(server, me, headers, LOOPS, seconds)
    rounds.push({ quiet: percentile(quiet, 99), storm: percentile(latencies, 99), loopDelayMs: loopDelayMs.p99, withoutCore, perSecond })
  }
  const ratio = spreadOf(rounds.map(({ quiet, storm }) => storm / quiet))
  const p99 = spreadOf(rounds.map(({ storm }) => storm))
  const shown = (member: 'quiet' | 'loopDelayMs' | 'perSecond') => show(spreadOf(rounds.map(round => round[member])), 1)
  return {
    figure: `GET /me at 200/s beside ${LOOPS} who log in again and again, bcrypt cost ${STEADY_COST}, hashing on ${everyCore ? 'every core' : 'the same core'}`,
    measured: `p99 ${show(ratio)} × its quiet p99; ${show(p99, 1)} ms, quiet ${shown('quiet')}; event loop delay p99 ${shown('loopDelayMs')} ms, ready and without a core ${percent(spreadOf(rounds.map(({ withoutCore }) => withoutCore)).median)} of the time; ${shown('perSecond')} logins/s`,
    goal: `p99 ≤ ${STEADY_GOAL} ×, < ${STEADY_GOAL_MS} ms`,
    met: plan.judges ? ratio.median <= STEADY_GOAL && p99.median < STEADY_GOAL_MS : null
  }
}

async function stormsOf (server: MeasuredServer, cost: number, logins: number, plan: Plan): Promise<Row> {
  const headers = { 'x-session-id': await logIn(server.url) }
  const me = `${server.url}/me`
  await plan.patience().wait()
  const quiet = await paced(me, headers, EVERY_MS, sleep(plan.judges ? QUIET_MS : SHORT_MS))
  const storms: Storm[] = []
  for (let i = 0; i < plan.storms; i++) storms.push(await loginStorm(server, me, headers, logins))
  const p99 = spreadOf(storms.map(({ latencies }) => percentile(latencies, 99)))
  const rank = ({ latencies }: Storm): number => Math.abs(percentile(latencies, 99) - p99.median)
  const [{ latencies, loopDelayMs, withoutCore, done, busy, perSecond }] = storms.sort((a, b) => rank(a) - rank(b)) as [Storm]

  return {
    figure: `GET /me at 200/s beside ${logins} simultaneous logins, bcrypt cost ${cost}, hashing on the same core`,
    measured: `p99 ${show(p99, 1)} ms, p50 ${ms(percentile(latencies, 50))} (without logins ${ms(percentile(quiet, 99))}, ${ms(percentile(quiet, 50))}); event loop delay p99 ${ms(loopDelayMs.p99)}, max ${ms(loopDelayMs.max)} ms, ready and without a core ${percent(withoutCore)} of the time; ${done} logins done, ${perSecond.toFixed(1)}/s, ${busy} told to come again`,
    goal: `p99 < ${GOAL_MS} ms, event loop p99 < ${LOOP_GOAL_MS} ms`,
    met: plan.judges ? p99.median < GOAL_MS && loopDelayMs.p99 < LOOP_GOAL_MS : null
  }
}

/** `withoutCore`: the part of the time in which the event loop was ready and had no core. */
interface Storm extends Logins, Pick<Observation, 'loopDelayMs'> { latencies: number[], withoutCore: number }

async function loginStorm (server: MeasuredServer, me: string, headers: Record<string, string>, count: number, seconds = 0): Promise<Storm> {
  const start = await simultaneousLogins(server.url, count, seconds)
  await server.observe()
  const [waitedMs, startedAtMs] = [server.withoutCoreMs(), performance.now()]
  const logins = start()
  const [latencies, outcome] = await Promise.all([paced(me, headers, EVERY_MS, logins), logins])
  const withoutCore = (server.withoutCoreMs() - waitedMs) / (performance.now() - startedAtMs)
  const { loopDelayMs } = await server.observe()
  return { latencies, loopDelayMs, withoutCore, ...outcome }
}

const ms = (value: number): string => value.toFixed(1)

const percent = (part: number): string => `${(100 * part).toFixed(1)} %`
