import { cpus } from 'node:os'

const LOOK_MS = 300
/** Share of all cores that may be busy. */
const QUIET = 0.15

export interface Patience {
  /** Waits until the machine does nearly nothing else, or the time for that has run out. */
  wait (): Promise<void>
  /** Measures between two quiet moments: a round that does not end in one is repeated, as long as there is time for that. */
  round<Result> (measure: () => Promise<Result>): Promise<Result>
  /** For the row of the figure: how many of its rounds were disturbed all the same. */
  remark (): string
}

/** Rounds measure ours, not our neighbours. Waits and repetitions of one figure end `forMs` after the first. */
export function createPatience (forMs: number): Patience {
  let deadline: number | undefined
  let rounds = 0
  let disturbed = 0

  async function wait (): Promise<void> {
    deadline ??= performance.now() + forMs
    while (performance.now() < deadline && !await isQuiet());
  }

  return {
    wait,
    async round (measure) {
      for (;;) {
        await wait()
        const result = await measure()
        const good = await isQuiet()
        if (!good && performance.now() < (deadline ?? 0)) continue
        rounds++
        if (!good) disturbed++
        return result
      }
    },
    remark: () => disturbed === 0 ? '' : `; ${disturbed} of ${rounds} rounds disturbed`
  }
}

async function isQuiet (): Promise<boolean> {
  const before = times()
  await new Promise(resolve => setTimeout(resolve, LOOK_MS))
  const after = times()
  return 1 - (after.idle - before.idle) / (after.all - before.all) <= QUIET
}

function times (): { idle: number, all: number } {
  const cores = cpus().map(core => core.times)
  const idle = cores.reduce((sum, core) => sum + core.idle, 0)
  return { idle, all: cores.reduce((sum, core) => sum + core.user + core.nice + core.sys + core.irq, idle) }
}
