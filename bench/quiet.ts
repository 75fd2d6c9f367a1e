import { cpus } from 'node:os'

const LOOK_MS = 300
/** Share of all cores that may be busy. */
const QUIET = 0.15

export interface Patience {
  /** Waits until the machine does nearly nothing else, or patience has run out. */
  wait (): Promise<void>
  /** How many waits ended without quiet. */
  disturbed (): number
}

/** Rounds measure ours, not our neighbours: each begins when the machine is quiet. All waits together last `totalMs` at most. */
export function createPatience (totalMs: number): Patience {
  let left = totalMs
  let disturbed = 0
  return {
    async wait () {
      while (await busyShare() > QUIET) {
        left -= LOOK_MS
        if (left > 0) continue
        disturbed++
        return
      }
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
