import { setTimeout as sleep } from 'node:timers/promises'
import { createKeys } from '../../src/store/keys.ts'
import { createCopier } from '../copies.ts'
import { credentialFile, load, warmUp } from '../load/index.ts'
import type { Bench } from '../measure.ts'
import type { Plan } from '../plan.ts'
import type { BenchRedis } from '../redis.ts'
import { insist, type Row } from '../report.ts'
import type { Stage } from '../stage.ts'
import { show, spreadOf } from '../statistics.ts'

const GOAL = 100_000
const LOOP_GOAL_MS = 5
/** Messages a second: somewhat more than have to be taken in. */
const RATE = 1.1 * GOAL
/** Messages that one call publishes, and that may be on their way. */
const CALL = 50
const MOST_UNDER_WAY = 1000
/** Sessions that are touched. */
const SESSIONS = 200
const CONNECTIONS = 64

const { sessionChanges } = createKeys('')

/** Tells of sessions all over that have ended. */
const publish = `for i = 1, ${CALL} do redis.call('PUBLISH', KEYS[1], string.format('%04x%028x', math.random(0, 65535), i)) end`

/** How many changes a second one instance takes in, and how many it is told of when sessions are only used. */
export async function intake ({ stage, plan }: Bench): Promise<Row[]> {
  const redis = await stage.startRedis('intake')
  return [await flood(stage, redis, plan), await touches(stage, redis, plan)]
}

interface Told { told: number, doubts: number, isProven: boolean }

/** A steady stream of messages. The instance must not doubt for a moment that it hears of everything. */
async function flood (stage: Stage, redis: BenchRedis, plan: Plan): Promise<Row> {
  const instance = await stage.serve('servers/intake.mjs', { env: { REDIS_URL: redis.url } })
  while (!(await instance.ask<Told>({ reset: true })).isProven) await sleep(50)

  async function round (): Promise<{ perSecond: number, loopDelayMs: number, cpuMicroseconds: number, doubts: number }> {
    await instance.ask({ reset: true })
    await instance.observe()
    const startedAtMs = performance.now()
    let sent = 0
    for (let seconds = 0; seconds < plan.seconds; seconds = (performance.now() - startedAtMs) / 1000) {
      const { told } = await instance.ask<Told>({})
      const due = Math.min(RATE * seconds, told + MOST_UNDER_WAY)
      for (; sent < due; sent += CALL) redis.client.eval(publish, 1, sessionChanges)
      await sleep(1)
    }
    const { told, doubts } = await instance.ask<Told>({})
    const seconds = (performance.now() - startedAtMs) / 1000
    const { cpuMicroseconds, loopDelayMs } = await instance.observe()
    return { perSecond: told / seconds, loopDelayMs: loopDelayMs.p99, cpuMicroseconds: cpuMicroseconds / told, doubts }
  }

  const rounds = []
  for (let i = 0; i < plan.rounds; i++) rounds.push(await round())
  const [rate, delay] = [spreadOf(rounds.map(({ perSecond }) => perSecond / 1000)), spreadOf(rounds.map(({ loopDelayMs }) => loopDelayMs))]
  const doubts = rounds.reduce((sum, { doubts }) => sum + doubts, 0)
  return {
    figure: 'changes that one instance is told of and takes in, one a message',
    measured: `${show(rate, 0)} k/s at ${show(spreadOf(rounds.map(({ cpuMicroseconds }) => cpuMicroseconds)))} µs CPU each; event loop delay p99 ${show(delay, 1)} ms; in doubt ${doubts} times`,
    goal: `≥ ${GOAL / 1000} k/s, event loop p99 < ${LOOP_GOAL_MS} ms`,
    met: plan.judges ? 1000 * rate.median >= GOAL && delay.median < LOOP_GOAL_MS && doubts === 0 : null
  }
}

/** A use is no change: nobody is told. */
async function touches (stage: Stage, redis: BenchRedis, plan: Plan): Promise<Row> {
  const copier = await createCopier(redis.client, stage.sessionKeys)
  const credentials = await copier.open(SESSIONS, number => String(30_000_000 + number))
  const { url } = await stage.serveSessions(redis)
  const file = credentialFile(stage.folder, 'touched-only', credentials)
  await warmUp(`${url}/me`, file)
  let messages = 0
  const listener = redis.client.duplicate()
  listener.on('message', () => messages++)
  await listener.subscribe(sessionChanges)
  await redis.client.config('RESETSTAT')
  const { requests } = await load(`${url}/me`, file, CONNECTIONS, 3 * plan.seconds)
  const written = Number(/^cmdstat_zadd:calls=(\d+)/m.exec(await redis.client.info('commandstats'))?.[1] ?? 0)
  listener.disconnect()
  insist(written >= SESSIONS, `only ${written} uses were written`)
  return {
    figure: 'messages of changes while sessions are only used',
    measured: `${messages} for ${requests} requests with ${written} touches`,
    goal: '0',
    met: messages === 0
  }
}
