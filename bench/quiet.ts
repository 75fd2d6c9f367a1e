import { cpus } from 'node:os'

const LOOK_MS = 300
/** Share of all cores that may be busy. */
const QUIET = 0.15

/** Sets that have to be good for the others to be left out. */
const ENOUGH = 3

export interface Patience {
  /** Waits until the machine does nearly nothing else, or the time for that has run out. */
  wait (): Promise<void>
  /**
   * Measures everything `count` times in turn, every second set backwards: whoever comes first finds colder caches. A round begins and
   * ends in quiet; one that does not is repeated while there is time, and then its set is left out if enough others are good.
   */
  sets<Result> (count: number, measures: Array<() => Promise<Result>>): Promise<Result[][]>
  /** For the row of the figure: what there was besides good sets, the last time. */
  remark (): string
}

interface Round<Result> { result: Result, good: boolean }

/** Rounds measure ours, not our neighbours. Waits and repetitions of one figure end `forMs` after the first; with 0 nobody looks. */
export function createPatience (forMs: number): Patience {
  let deadline = 0
  let remark = ''

  async function wait (): Promise<void> {
    if (deadline === 0) deadline = performance.now() + forMs
    while (performance.now() < deadline && !await isQuiet());
  }

  async function round<Result> (measure: () => Promise<Result>): Promise<Round<Result>> {
    for (;;) {
      await wait()
      const result = await measure()
      const good = forMs === 0 || await isQuiet()
      if (good || performance.now() >= deadline) return { result, good }
    }
  }

  async function set<Result> (measures: Array<() => Promise<Result>>): Promise<Array<Round<Result>>> {
    const rounds = []
    for (const measure of measures) rounds.push(await round(measure))
    return rounds
  }

  return {
    wait,
    async sets (count, measures) {
      remark = ''
      const sets = []
      for (let i = 0; i < count; i++) sets.push(i % 2 === 0 ? await set(measures) : (await set(measures.toReversed())).toReversed())
      const good = sets.filter(rounds => rounds.every(({ good }) => good))
      const used = good.length >= ENOUGH ? good : sets
      if (good.length < count) remark = used === good ? `; ${good.length} of ${count} sets, the others were disturbed` : `; ${count - good.length} of ${count} sets disturbed`
      return used.map(rounds => rounds.map(({ result }) => result))
    },
    remark: () => remark
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
