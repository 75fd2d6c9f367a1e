import { spawnSync } from 'node:child_process'
import { createCopier } from '../../copies.ts'
import type { Bench } from '../../measure.ts'
import { insist, linesOf, type Row } from '../../report.ts'
import { devices } from './devices.ts'
import { idle } from './idle.ts'
import { reconnects } from './reconnects.ts'
import { revocations, unheard } from './revocations.ts'
import { validations } from './validations.ts'

/** Files that a process opens besides its sockets, at most. */
const OTHER_FILES = 500

/** Live events to as many as there are: what they cost, and that each is told what concerns it, in time. Every part has servers and sessions of its own. */
export async function realtime (bench: Bench): Promise<Row[]> {
  const { stage, plan } = bench
  assertEnoughFiles(plan.realtime.sockets + OTHER_FILES)
  const redis = await stage.startRedis('realtime')
  const copier = await createCopier(redis.client, stage.sessionKeys)
  const patience = plan.patience()
  const rows: Row[] = []
  try {
    for (const [i, part] of [idle, validations, revocations, unheard, devices, reconnects].entries()) {
      rows.push(...await part({ ...bench, redis, patience, open: (count, each = 1) => copier.open(count, number => String((50 + i) * 1_000_000 + Math.floor(number / each))) }))
      await stage.stopServers()
    }
  } catch (error) {
    // What was found until then is not for nothing.
    console.error(linesOf(rows))
    throw error
  }
  return rows
}

/** Node raises the limit of its process to the hard one by itself; that one is for whoever starts it to raise. */
function assertEnoughFiles (count: number): void {
  const limit = spawnSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).stdout.trim()
  insist(limit === 'unlimited' || Number(limit) >= count, `A process may open ${limit} files here, and ${count} are needed for the sockets: raise the limit (as root: ulimit -Hn ${count} before npm run bench)`)
}
