/**
 * `npm run test:races`: requests that meet each other on two instances, many rounds of each pair (`ROUNDS`, default 1000).
 * `--near-cache=on` lets the instances repeat verdicts for a second, which only news shortens; `deaf` for 20 ms, and drops every message between them; default: off.
 * One line a race, then the closing line. `SEED` repeats the order in which the two were started; what the scheduler adds is its own.
 */
import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbedded } from '../src/embedded/index.ts'
import { parseArgs } from 'node:util'
import { openArena, type Ground, type NearCacheMode } from '../test/races/arena.ts'
import type { Race } from '../test/races/race.ts'

const { values, positionals: words } = parseArgs({ allowPositionals: true, options: { 'near-cache': { type: 'string', default: 'off' } } })
const nearCache = values['near-cache'] as NearCacheMode
const ROUNDS = Number(process.env.ROUNDS ?? 1000)
const MOST_STALLS = 10
const SEED = Number(process.env.SEED ?? randomInt(2 ** 31))
const folder = new URL('../test/races/', import.meta.url)

async function loadRaces (): Promise<Race[]> {
  const files = readdirSync(folder).filter(file => file.endsWith('.race.ts') && words.every(word => file.includes(word)))
  return Promise.all(files.map(async file => (await import(new URL(file, folder).href) as { default: Race }).default))
}

/** Runs all rounds of a race and tells what was wrong. */
async function run (race: Race, ground: Ground): Promise<string[]> {
  const arena = await openArena(ground, race.settings)
  const orders = new Map(race.orders.map(order => [order, 0]))
  const faults: string[] = []
  const began = Date.now()
  let [started, disturbed, stalls] = [0, 0, 0]
  let stall: Promise<void> | undefined
  /** Rounds of all lanes break off together; they go on together, when the store has been found again. */
  const wait = (): Promise<void> => {
    stall ??= sleep(1000).then(() => { stall = undefined; stalls++ })
    return stall
  }
  const lane = async (): Promise<void> => {
    while (started < ROUNDS + disturbed) {
      try {
        const { order, faults: found } = await race.round(arena, started++)
        orders.set(order, (orders.get(order) ?? 0) + 1)
        faults.push(...found)
      } catch (error) {
        if (!isStall(error) || stalls >= MOST_STALLS) throw error
        disturbed++
        await wait()
      }
    }
  }
  await Promise.all(Array.from({ length: race.lanes }, lane))
  const seconds = ((Date.now() - began) / 1000).toFixed(1)
  faults.push(...await arena.violations())
  await arena.close()
  for (const [order, times] of orders) if (times === 0) faults.push(`the order "${order}" never happened: this was no race`)
  const seen = [...orders].map(([order, times]) => `${order} ${times}`).join(', ')
  console.log(`${faults.length === 0 ? 'ok' : 'not ok'} - ${race.name}: ${ROUNDS} rounds in ${seconds} s, ${faults.length} faults (${seen})${disturbed > 0 ? `; ${disturbed} more, in which the machine stood still` : ''}`)
  for (const fault of new Set(faults.slice(0, 100))) console.log(`    ${fault}`)
  return faults
}

// Of a round that was broken off by a stall, what ran beside it may fail when nobody waits for it any more.
process.on('unhandledRejection', error => { if (!isStall(error)) throw error })

/** A machine that stands still for a second proves nothing; the round is run again. What it left behind is looked at with the rest. */
function isStall (error: unknown): boolean {
  const { code, message = '' } = error as { code?: string, message?: string }
  return code === 'store_unavailable' || /timed out|max retries|Connection is closed/.test(message)
}

const log = {
  info: () => {},
  error: (details: object, message: string) => console.error(message, details)
}
const dataDir = mkdtempSync(join(tmpdir(), 'sessions-races-'))
const servers = await startEmbedded({ dataDir, redis: true, postgres: true, durable: false, log })
const ground = { redisUrl: servers.redisUrl ?? '', databaseUrl: servers.databaseUrl ?? '', seed: SEED, nearCache }
console.log(`SEED=${SEED}`)
let failed = 0
const races = await loadRaces()
try {
  for (const race of races) if ((await run(race, ground)).length > 0) failed++
} finally {
  await servers.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
console.log(`${races.length - failed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
