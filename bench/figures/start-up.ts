import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { onEveryCore } from '../cores.ts'
import type { Bench } from '../measure.ts'
import type { Row } from '../report.ts'
import { freePort } from '../redis.ts'

const GOAL_SECONDS = 3

/** From typing `npm start` to the first good answer of /readyz: with an empty data folder, and with the data of the first start. */
export async function startUp ({ stage: { folder }, plan }: Bench): Promise<Row[]> {
  await plan.patience().wait()
  const dataDir = join(folder, 'start-data')
  const first = await start(dataDir)
  const later = await start(dataDir)
  return [{
    figure: '`npm start` until ready, dependencies installed, on two cores',
    measured: `first start ${first.toFixed(1)} s, later ${later.toFixed(1)} s`,
    goal: `≤ ${GOAL_SECONDS} s`,
    met: plan.judges ? Math.max(first, later) <= GOAL_SECONDS : null
  }]
}

async function start (dataDir: string): Promise<number> {
  const port = await freePort()
  const startedAt = performance.now()
  // A group of its own, so that the signal reaches what npm started, as Ctrl-C does.
  const [file = '', ...args] = [...onEveryCore(), 'npm', 'start']
  const npm = spawn(file, args, { detached: true, stdio: 'ignore', env: { ...environment(), PORT: String(port), DATA_DIR: dataDir } })
  const ended = once(npm, 'exit')
  try {
    while (!await isReady(`http://127.0.0.1:${port}/readyz`)) {
      if (npm.exitCode !== null || performance.now() - startedAt > 60_000) throw new Error('`npm start` did not serve')
      await new Promise(resolve => setTimeout(resolve, 10))
    }
    return (performance.now() - startedAt) / 1000
  } finally {
    if (npm.pid !== undefined && npm.exitCode === null) process.kill(-npm.pid, 'SIGINT')
    await ended
  }
}

/** Ours without what would point it at other servers. */
function environment (): NodeJS.ProcessEnv {
  const { REDIS_URL, DATABASE_URL, SESSION_KEYS, ...rest } = process.env
  return rest
}

async function isReady (url: string): Promise<boolean> {
  return fetch(url).then(response => response.ok, () => false)
}
