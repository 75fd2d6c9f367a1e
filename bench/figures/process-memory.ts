import { askOnceEach } from '../load/each.ts'
import { credentialFile, load, warmUp } from '../load/index.ts'
import type { Bench } from '../measure.ts'
import type { Plan } from '../plan.ts'
import type { Row } from '../report.ts'
import type { MeasuredServer } from '../server.ts'
import { percentile } from '../statistics.ts'

const GOAL_MB = 200
const CONNECTIONS = 64
/** Sessions at most that are validated once each. */
const MOST = 1_000_000
/** Sessions in rotation in the soak. */
const ROTATION = 2000
/** How much more memory in the last third of the soak than in the second is no growth: what the garbage collector puts off. */
const TOLERANCE = 1.05

/** The memory of the service's process after it has seen a million sessions, and while it goes on. */
export async function processMemory ({ stage, plan, crowd }: Bench): Promise<Row[]> {
  const { redis, credentials, size } = await crowd(Math.min(MOST, Math.max(...plan.crowds)))
  const service = await stage.serveSessions(redis, {}, true)
  const file = credentialFile(stage.folder, 'soak', credentials.slice(0, ROTATION))
  const before = await megabytes(service)
  await warmUp(`${service.url}/me`, file)
  await askOnceEach(`${service.url}/me`, credentials, CONNECTIONS)
  const after = await megabytes(service)
  return [
    {
      figure: `resident memory of the service after ${size.toLocaleString('en-US')} distinct sessions were validated, near-cached`,
      measured: `${after.toFixed(0)} MB (${before.toFixed(0)} MB before)`,
      goal: `≤ ${GOAL_MB} MB`,
      met: plan.judges ? after <= GOAL_MB : null
    },
    soakRow(await soak(service, file, plan.soakSeconds), plan)
  ]
}

async function megabytes (service: MeasuredServer): Promise<number> {
  return (await service.observe()).rssBytes / 1e6
}

/** Resident memory (MB) at every second under load. */
async function soak (service: MeasuredServer, file: string, seconds: number): Promise<number[]> {
  const samples: number[] = []
  const timer = setInterval(() => { megabytes(service).then(value => samples.push(value), () => {}) }, 1000)
  await load(`${service.url}/me`, file, CONNECTIONS, seconds)
  clearInterval(timer)
  return samples
}

function soakRow (samples: number[], plan: Plan): Row {
  const third = Math.floor(samples.length / 3)
  const [early, late] = [percentile(samples.slice(third, 2 * third), 50), percentile(samples.slice(-third), 50)]
  return {
    figure: `the same in a soak of ${plan.soakSeconds} s, ${ROTATION} sessions in rotation`,
    measured: `${late.toFixed(0)} MB in its last third, ${early.toFixed(0)} MB in the one before; most ${Math.max(...samples).toFixed(0)} MB`,
    goal: `≤ ${TOLERANCE} × the third before`,
    met: plan.judges ? late <= TOLERANCE * early : null
  }
}
