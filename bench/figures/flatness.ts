import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'
import { tagOf, type Credential } from '../../src/sessions/credential.ts'
import type { SessionStore } from '../../src/sessions/store.ts'
import type { Keys } from '../../src/store/keys.ts'
import type { Crowd } from '../crowd.ts'
import type { Bench } from '../measure.ts'
import type { Plan } from '../plan.ts'
import { commandTime } from '../redis.ts'
import { insist, type Row } from '../report.ts'
import { storeOn } from '../seed.ts'
import { scriptTimes } from '../slow-log.ts'
import { percentile, show, spreadOf } from '../statistics.ts'

const GOAL = 1.25
const LONGEST_MS = 1
const HOUR_MS = 3_600_000

/** Calls of each verb in one round; users whose sessions a round ends, and how many each of them has. */
const CALLS = 200
const ENDING = 30
const SESSIONS_EACH = 5

/** Sessions of the user whose list is read, and of the one who ends all. */
const LISTED = 1000
const ENDED = 10_000

/** Of a record, as a validation reads them. */
const FIELDS = [...'ucaixspkegrowtdh']

type Call = () => Promise<unknown>

/** A crowd, and the service's own store on it: one that writes no use down, and one that writes each down. */
interface Side extends Crowd { reading: SessionStore, touching: SessionStore, keys: Keys, newUser: () => string, round: number }

/** What is asked of a store; getting ready is not measured. */
const verbs: Record<string, (side: Side) => Call[] | Promise<Call[]>> = {
  validate: side => some(side).map(({ credential }) => () => accepted(side.reading, credential)),
  'validate and touch': side => some(side).map(({ credential }) => () => accepted(side.touching, credential)),
  'list mine (2)': side => some(side).map(({ owner }) => () => side.reading.list(owner, { limit: 50, after: null })),
  stats: side => some(side).map(() => () => side.reading.countLive()),
  [`end all (${SESSIONS_EACH})`]: endingAll
}

/**
 * What Redis works for the same call among a thousand sessions and among a million, side by side in rounds that take turns. The service's own store asks,
 * one call after the other; the slowest tenth of the scripts is left out, because it is who shared the core.
 */
export async function flatness ({ plan, crowd }: Bench): Promise<Row[]> {
  const sides: Side[] = []
  for (const size of plan.crowds) sides.push(sideOf(await crowd(size)))
  const rows = []
  for (const [name, callsOf] of Object.entries(verbs)) {
    const sets: number[][] = []
    for (let i = 0; i <= plan.rounds; i++) {
      const costs = []
      for (const side of sides) costs.push(await costOf(side, callsOf))
      // The first one also fills the caches.
      if (i > 0) sets.push(costs)
    }
    rows.push(rowOf(name, sets, plan))
  }
  rows.push(await bareReads(sides, plan))
  for (const side of sides.slice(-1)) {
    rows.push(await slices(side, `list of ${LISTED} sessions`, LISTED, listing, plan), await slices(side, `end all of ${ENDED} sessions`, ENDED, ending, plan))
  }
  return rows
}

function sideOf (crowd: Crowd): Side {
  const { store: reading, keys } = storeOn(crowd.redis.client, HOUR_MS)
  const { store: touching } = storeOn(crowd.redis.client, 0)
  let users = 0
  return { ...crowd, reading, touching, keys, round: 0, newUser: () => String(1_000_000_000 + users++) }
}

/** Sessions from all over the store, other ones in each round. */
function some (side: Side): Array<{ credential: Credential, owner: string }> {
  const { credentials, copier, ownerOf } = side
  const offset = side.round++ * 7919
  return Array.from({ length: CALLS }, (_, i) => {
    const number = (offset + Math.floor(i * credentials.length / CALLS)) % credentials.length
    return { credential: copier.parsed(credentials[number] ?? ''), owner: ownerOf(number) }
  })
}

async function accepted (store: SessionStore, credential: Credential): Promise<void> {
  insist(await store.validate(credential) !== null, 'a live session was refused')
}

async function endingAll (side: Side): Promise<Call[]> {
  const users = Array.from({ length: ENDING }, side.newUser)
  await side.copier.open(ENDING * SESSIONS_EACH, number => users[number % ENDING] ?? '')
  return users.map(user => async () => {
    const ended = await side.reading.endAll(user, null)
    insist(ended === SESSIONS_EACH, `${ended} sessions ended instead of ${SESSIONS_EACH}`)
  })
}

/** Microseconds of Redis a call. */
async function costOf (side: Side, callsOf: (side: Side) => Call[] | Promise<Call[]>): Promise<number> {
  const calls = await callsOf(side)
  const times = await scriptTimes(side.redis.client, async () => {
    for (const call of calls) await call()
  })
  const usual = times.sort((a, b) => a - b).slice(0, Math.ceil(times.length * 0.9))
  return usual.reduce((sum, time) => sum + time, 0) / usual.length * times.length / calls.length
}

/**
 * What of a validation's growth no script can spare: the record in a table of that size, and a not-before that is not there, each asked for by a bare
 * command. Every look into a larger memory finds less of it in the caches of the processor.
 */
async function bareReads (sides: Side[], plan: Plan): Promise<Row> {
  const sets: number[][] = []
  for (let i = 0; i <= plan.rounds; i++) {
    const costs = []
    for (const side of sides) {
      const { client } = side.redis
      const sessions = some(side)
      const before = await commandTime(client, ['hmget', 'hget'])
      for (const { credential: { id }, owner } of sessions) {
        await client.hmget(side.keys.session(id), ...FIELDS)
        await client.hget(side.keys.notBefore(tagOf(owner)), owner)
      }
      costs.push((await commandTime(client, ['hmget', 'hget']) - before) / sessions.length)
    }
    if (i > 0) sets.push(costs)
  }
  return { ...rowOf('HMGET of a record and HGET of a not-before, no script', sets, plan), goal: 'reported', met: null }
}

function rowOf (name: string, sets: number[][], plan: Plan): Row {
  const ratios = plan.crowds.map((_, i) => spreadOf(sets.map(costs => (costs[i] ?? NaN) / (costs[0] ?? NaN))))
  const shown = plan.crowds.map((size, i) => `${count(size)}: ${show(spreadOf(sets.map(costs => costs[i] ?? NaN)), 1)} µs${i === 0 ? '' : `, ${show(ratios[i] ?? spreadOf([]))} ×`}`)
  return {
    figure: `Redis time of one ${name}, by sessions in the store`,
    measured: shown.join('; '),
    goal: `≤ ${GOAL} × that of ${count(plan.crowds[0] ?? NaN)}`,
    met: plan.judges ? ratios.every(({ median }) => median <= GOAL) : null
  }
}

const listing = async (side: Side, user: string): Promise<void> => {
  const { sessions } = await side.reading.list(user, { limit: LISTED, after: null })
  insist(sessions.length === LISTED, `${sessions.length} sessions listed instead of ${LISTED}`)
}

const ending = async (side: Side, user: string): Promise<void> => {
  const ended = await side.reading.endAll(user, null)
  insist(ended === ENDED, `${ended} sessions ended instead of ${ENDED}`)
}

/** Whether nobody waits long for one user with many sessions. What a script takes by the slow log includes that its core was taken away: how long that was is told beside it. */
async function slices (side: Side, name: string, sessions: number, work: (side: Side, user: string) => Promise<void>, plan: Plan): Promise<Row> {
  const [rounds, counting, waits]: [number[][], number[][], number[]] = [[], [], []]
  const { client, withoutCoreMs } = side.redis
  for (let i = 0; i < plan.storms; i++) {
    const user = side.newUser()
    await side.copier.open(sessions, () => user)
    const before = withoutCoreMs()
    const times = await scriptTimes(client, () => work(side, user))
    waits.push(withoutCoreMs() - before)
    rounds.push(times)
    counting.push(await timesOfCounting(client, percentile(times, 50), times.length))
  }
  const longest = spreadOf(rounds.map(longestMs))
  const usual = percentile(rounds.flat(), 50) / 1000
  return {
    figure: `${name} among ${count(side.size)}: longest script`,
    measured: `${show(longest)} ms, usual ${usual.toFixed(2)} ms; ${overOf(rounds)}; without a core meanwhile: ${waits.map(ms => ms.toFixed(1)).join(', ')} ms. As many scripts of that usual length that touch no key: ${show(spreadOf(counting.map(longestMs)))} ms; ${overOf(counting)}`,
    goal: `≤ ${LONGEST_MS} ms`,
    met: plan.judges ? longest.median <= LONGEST_MS : null
  }
}

const longestMs = (times: number[]): number => Math.max(...times) / 1000

const overOf = (rounds: number[][]): string => `over ${LONGEST_MS} ms: ${rounds.map(times => times.filter(time => time > 1000 * LONGEST_MS).length).join(', ')} of ${rounds[0]?.length}`

const counter = readFileSync(new URL('../count.lua', import.meta.url), 'utf8')
const GUESS = 10_000

/** What Redis works (µs) on as many scripts that touch no key and of which the usual one takes as long: what sharing a core alone does to them. */
async function timesOfCounting (client: Redis, usual: number, times: number): Promise<number[]> {
  const digest = String(await client.script('LOAD', counter))
  const run = (times: number, to: number) => scriptTimes(client, async () => {
    for (let i = 0; i < times; i++) await client.evalsha(digest, 0, to)
  })
  return run(times, Math.round(GUESS * usual / percentile(await run(100, GUESS), 50)))
}

function count (size: number): string {
  return size.toLocaleString('en-US')
}
