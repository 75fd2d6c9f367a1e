import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createCopier } from '../copies.ts'
import { openConnection, type Connection } from '../load/connection.ts'
import type { Bench } from '../measure.ts'
import type { Plan } from '../plan.ts'
import type { BenchRedis } from '../redis.ts'
import { insist, type Row } from '../report.ts'
import type { MeasuredServer } from '../server.ts'
import type { Stage } from '../stage.ts'
import { percentile } from '../statistics.ts'

const GOAL_P50_MS = 1
const GOAL_P99_MS = 20
const LOST_GOAL_MS = 1000
const TOUCHES = 20_000
/** Of the touches that this machine can do while nothing else happens, how many there are where it cannot do all. */
const SUSTAINED = 0.5
/** Sessions that are touched in turn. */
const TOUCHED = 2000
/** Sessions that are ended while no message is sent: few, so that each is asked about often. */
const UNHEARD = 40

/** More are refused from one address than a service suffers otherwise. */
const patient = { INVALID_CREDENTIALS_PER_ADDRESS: '0' }

/** A Redis user who may do all but tell of changes. */
const MUTE = 'mute'

/** From the acknowledged end of a session until four other instances, which repeat verdicts from memory, refuse it. */
export async function revocation ({ stage, plan }: Bench): Promise<Row[]> {
  const redis = await stage.startRedis('revocation')
  const copier = await createCopier(redis.client, stage.sessionKeys)
  const other = async () => connectionTo(await stage.serveSessions(redis, patient))
  const mute = async () => connectionTo(await serveMute(stage, redis))
  const [heard, unheard, ...instances] = await stage.startAll([other, mute, other, other, other, other]) as [Connection, Connection, ...Connection[]]
  let others: Connection[] = instances
  const sessions = (count: number) => copier.open(count, number => String(20_000_000 + number))

  const touched = (await sessions(TOUCHED)).map(copier.parsed)
  const lost = await unheardEnds(unheard, others, await sessions(Math.min(UNHEARD, plan.revocations)))
  const touches = await startTouches(stage, redis, touched)
  const ends: Ended[] = []
  for (const credential of await sessions(plan.revocations)) {
    const [first, ...rest] = others as [Connection, ...Connection[]]
    ends.push(await heardEnd(heard, [first, ...rest], credential))
    others = [...rest, first]
  }
  const { perSecond } = await touches.ask<Touches>({ rate: 0 })
  for (const connection of [...others, heard, unheard]) connection.close()
  return [heardRow(ends, perSecond, plan), lostRow(lost, plan)]
}

async function connectionTo ({ url }: MeasuredServer): Promise<Connection> {
  return openConnection(url)
}

async function serveMute (stage: Stage, redis: BenchRedis): Promise<MeasuredServer> {
  await redis.client.acl('SETUSER', MUTE, 'on', `>${MUTE}`, '~*', '+@all', 'resetchannels', '&session-changes:*')
  return stage.serveSessions(redis, { ...patient, REDIS_URL: redis.url.replace('://', `://${MUTE}:${MUTE}@`) })
}

interface Touches { perSecond: number }

/** As many a second as the goal asks for, or as this machine sustains. */
async function startTouches (stage: Stage, redis: BenchRedis, credentials: object[]): Promise<MeasuredServer> {
  const file = join(stage.folder, 'touched')
  writeFileSync(file, JSON.stringify(credentials))
  const touches = await stage.serve('load/touches.mjs', { env: { REDIS_URL: redis.url, SESSIONS: file } })
  await touches.ask({ rate: TOUCHES })
  await sleep(1000)
  const { perSecond } = await touches.ask<Touches>({})
  await touches.ask({ rate: perSecond > 0.95 * TOUCHES ? TOUCHES : SUSTAINED * perSecond })
  return touches
}

async function isAccepted (instance: Connection, credential: string): Promise<boolean> {
  const status = await instance.ask('GET', '/me', credential)
  insist(status === 200 || status === 401, `GET /me answered ${status}`)
  return status === 200
}

/** Has every instance remember the session. */
async function remember (others: Connection[], credential: string): Promise<void> {
  for (const other of others) insist(await isAccepted(other, credential), 'a live session was refused')
}

async function end (instance: Connection, credential: string): Promise<void> {
  const status = await instance.ask('POST', '/logout', credential)
  insist(status === 200, `POST /logout answered ${status}`)
}

interface Ended {
  /** Milliseconds from the acknowledged end until the refusal of the one that was asked first had come. */
  refusedMs: number
  /** What the same request took before the end, when it was accepted. */
  acceptedMs: number
  /** How many answers of all instances after the acknowledgement still accepted the session. */
  stale: number
}

/** The first of the others is asked at once. All four together wait for each other, where they share a core: before the end, too, their last answer came a third later than the first. */
async function heardEnd (instance: Connection, [first, ...rest]: [Connection, ...Connection[]], credential: string): Promise<Ended> {
  await remember([...rest, first], credential)
  const askedAtMs = performance.now()
  await isAccepted(first, credential)
  const acceptedMs = performance.now() - askedAtMs
  await end(instance, credential)
  const endedAtMs = performance.now()
  let stale = 0
  for (; await isAccepted(first, credential); stale++);
  const refusedMs = performance.now() - endedAtMs
  for (const other of rest) for (; await isAccepted(other, credential); stale++);
  return { refusedMs, acceptedMs, stale }
}

/** How long after its end each session was asked about and still accepted (ms), when the ends are told to nobody. */
async function unheardEnds (instance: Connection, others: Connection[], credentials: string[]): Promise<number[]> {
  const ended: Array<{ credential: string, atMs: number }> = []
  for (const credential of credentials) {
    await remember(others, credential)
    await end(instance, credential)
    ended.push({ credential, atMs: performance.now() })
  }
  const ages = await Promise.all(others.map(async other => {
    const longest = new Map(ended.map(({ credential }) => [credential, 0]))
    for (let accepted = ended; accepted.length > 0;) {
      const still = []
      for (const session of accepted) {
        const askedAtMs = performance.now()
        if (!await isAccepted(other, session.credential)) continue
        longest.set(session.credential, askedAtMs - session.atMs)
        still.push(session)
      }
      accepted = still
    }
    return [...longest.values()]
  }))
  return ages.flat()
}

function heardRow (ends: Ended[], perSecond: number, plan: Plan): Row {
  const refused = ends.map(({ refusedMs }) => refusedMs)
  const accepted = ends.map(({ acceptedMs }) => acceptedMs)
  const [p50, p99] = [percentile(refused, 50), percentile(refused, 99)]
  const stale = ends.reduce((sum, end) => sum + end.stale, 0)
  return {
    figure: `session ended → refused by 4 other instances, beside ${(perSecond / 1000).toFixed(1)} k touches/s at Redis`,
    measured: `p50 ${ms(p50)}, p99 ${ms(p99)}, max ${ms(Math.max(...refused))} ms from the acknowledgement to the refusal by the first that is asked, each of the four in its turn: they share a core, and asked at once wait for each other; the same request before the end: p50 ${ms(percentile(accepted, 50))}, p99 ${ms(percentile(accepted, 99))} ms; after the acknowledgement, ${stale} of ${4 * ends.length + stale} answers of all four still accepted it`,
    goal: `p50 ≤ ${GOAL_P50_MS} ms, p99 ≤ ${GOAL_P99_MS} ms`,
    met: plan.judges ? p50 <= GOAL_P50_MS && p99 <= GOAL_P99_MS : null
  }
}

function lostRow (ages: number[], plan: Plan): Row {
  const longest = Math.max(...ages)
  return {
    figure: 'the same with every message of changes lost: accepted after the acknowledgement',
    measured: `for ${longest.toFixed(0)} ms at most, median ${percentile(ages, 50).toFixed(0)} ms; ${ages.length} refusals`,
    goal: `≤ ${LOST_GOAL_MS} ms`,
    met: plan.judges ? longest <= LOST_GOAL_MS : null
  }
}

const ms = (value: number): string => value.toFixed(2)
