import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { identifyProcess } from './process-identity.ts'
import type { EmbeddedLog } from './log.ts'

export interface Orphan {
  name: string
  /** The file in which the server itself wrote its pid, as the first line. */
  pidFile: string
  /** The folder it works on. Its command line names it, which tells it from a stranger that was given the same pid. */
  folder: string
  /** The signal on which it saves its data and stops. */
  stopSignal: NodeJS.Signals
  /** How long it may take over that before it is killed. */
  patienceMs?: number
}

/** Ends the server that a killed service left behind, if there is one: two servers on one folder would ruin the data. */
export async function endOrphan (orphan: Orphan, log: EmbeddedLog): Promise<void> {
  const pid = readPid(orphan.pidFile)
  const found = pid === null ? null : identifyProcess(pid)
  if (pid === null || found === null || !found.command.includes(orphan.folder)) return
  log.info({ pid }, `a ${orphan.name} of an earlier start is still running, stopping it`)
  signalIfAlive(pid, orphan.stopSignal)
  if (await isGone(pid, found.startedAt, orphan.patienceMs ?? 5000)) return
  signalIfAlive(pid, 'SIGKILL')
  await isGone(pid, found.startedAt, 5000)
}

/** The pid on the first line of a file, or null. */
export function readPid (file: string): number | null {
  if (!existsSync(file)) return null
  const pid = Number.parseInt(readFileSync(file, 'utf8'), 10)
  return Number.isNaN(pid) ? null : pid
}

function signalIfAlive (pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
    /* c8 ignore next 3 -- only if it ends by itself between our look and our signal */
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

async function isGone (pid: number, startedAt: string, patienceMs: number): Promise<boolean> {
  const deadline = Date.now() + patienceMs
  while (identifyProcess(pid)?.startedAt === startedAt) {
    if (Date.now() > deadline) return false
    await sleep(10)
  }
  return true
}
