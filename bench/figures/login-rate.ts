import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { coreCount, onServerCore } from '../cores.ts'
import { simultaneousLogins } from '../load/logins.ts'
import type { Bench } from '../measure.ts'
import type { Row } from '../report.ts'
import { show, spreadOf } from '../statistics.ts'

const GOAL = 0.85
const COST = 10
const run = promisify(execFile)
const hashRate = fileURLToPath(new URL('../load/hash-rate.mjs', import.meta.url))

/** Nobody is told to come again. */
const patientLogins = { DEMO_USERS: 'true', BCRYPT_COST: String(COST), HASH_QUEUE_LIMIT: '1000', SESSION_LIMIT: '1000', SHUTDOWN_SECONDS: '30' }

/** Logins a second against what the cores could hash if they did nothing else. The load comes from the same cores. */
export async function loginRate ({ stage, plan }: Bench): Promise<Row[]> {
  const server = await stage.serveSessions(stage.few, patientLogins, true)
  const count = Math.max(...plan.logins)
  // The first ones also compile the way of a login, as the first hashes do theirs.
  const warmUp = await simultaneousLogins(server.url, count)
  await warmUp()
  const rounds: Array<{ logins: number, hashes: number }> = []
  for (let i = 0; i < plan.storms; i++) {
    await plan.patience().wait()
    const hashes = coreCount * await singleHashRate(COST, plan.seconds)
    const logins = await simultaneousLogins(server.url, count)
    rounds.push({ hashes, logins: (await logins()).perSecond })
  }
  const share = spreadOf(rounds.map(({ logins, hashes }) => logins / hashes))
  return [{
    figure: `${count} simultaneous logins on every core, bcrypt cost ${COST}`,
    measured: `${show(share)} × (cores × one hash after the other); ${rounds.map(({ logins, hashes }) => `${logins.toFixed(1)} logins/s against ${hashes.toFixed(1)} hashes/s`).join(', ')}`,
    goal: `≥ ${GOAL} ×`,
    met: plan.judges ? share.median >= GOAL : null
  }]
}

/** Hashes a second, at that bcrypt cost, of one thread that has a core to itself. */
export async function singleHashRate (cost: number, seconds: number): Promise<number> {
  const [file = '', ...args] = [...onServerCore(), process.execPath, hashRate, String(cost), String(seconds)]
  const { stdout } = await run(file, args)
  return Number(stdout)
}
