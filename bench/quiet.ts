import { cpus } from 'node:os'

const LOOK_MS = 300
/** Share of all cores that may be busy. */
const QUIET = 0.15

export interface Patience {
  /** Waits until the machine does nearly nothing else, or has not for as long as patience lasts. */
  wait (): Promise<void>
  /** How many waits ended without quiet. */
  disturbed (): number
}

/** Rounds measure ours, not our neighbours: each begins when the machine is quiet. A wait lasts `longestMs` at most. */
export function createPatience (longestMs: number): Patience {
  let disturbed = 0
  return {
    async wait () {
      for (let waitedMs = 0; waitedMs < longestMs; waitedMs += LOOK_MS) {
        if (await busyShare() <= QUIET) return
      }
      disturbed++
    },
    disturbed: () => disturbed
  }
}

async function busyShare (): Promise<number> {
  const before = times()
  await new Promise(resolve => setTimeout(resolve, LOOK_MS))
  const after = times()
  return 1 - (after.idle - before.idle) / (after.all - before.all)
}

function times (): { idle: number, all: number } {
  const cores = cpus().map(core => core.times)
  const idle = cores.reduce((sum, core) => sum + core.idle, 0)
  return { idle, all: cores.reduce((sum, core) => sum + core.user + core.nice + core.sys + core.irq, idle) }
}
