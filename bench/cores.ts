import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'

/** Core of the measured servers; everything else (this process, Redis, PostgreSQL, the load generator) is on the other one. */
const SERVER_CORE = '0'
const OTHER_CORE = '1'

/** How many there are; asked before this process is confined to one of them. */
export const coreCount = availableParallelism()

const canPin = coreCount > 1 && spawnSync('taskset', ['--version'], { stdio: 'ignore' }).status === 0

let hasLeft = false

/** Words to put before a command so that it runs on the core of the measured servers, once that is left to them. */
export const onServerCore = (): string[] => hasLeft ? ['taskset', '-c', SERVER_CORE] : []

/** Words to put before a command so that it may use all cores again. */
export const onEveryCore = (): string[] => hasLeft ? ['taskset', '-c', `${SERVER_CORE},${OTHER_CORE}`] : []

/** Moves this process, and with it every child that is not pinned elsewhere, off the servers' core. Says what was done. */
export function leaveServerCore (): string {
  if (!canPin) return 'not pinned: needs two cores and taskset'
  hasLeft = true
  spawnSync('taskset', ['-a', '-c', '-p', OTHER_CORE, String(process.pid)])
  return 'servers on core 0, Redis and load on core 1'
}

/** How long the main thread of a process has been ready and had no core (ms), as the kernel counts it; NaN where it does not say. */
export function withoutCoreMs (pid: number | string): number {
  const schedule = `/proc/${pid}/task/${pid}/schedstat`
  return existsSync(schedule) ? Number(readFileSync(schedule, 'utf8').split(' ')[1]) / 1e6 : NaN
}
