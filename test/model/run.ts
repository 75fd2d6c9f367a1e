import fc from 'fast-check'
import { sequences, type Sequence } from './commands/index.ts'
import { StoodStill } from './clock.ts'
import { Model, type Settings } from './model.ts'
import { settings } from './scene.ts'
import { openLinks, openWorld, type Verify } from './world.ts'

export interface ModelRun {
  redisUrl: string
  seed: number
  sequences: number
  /** Commands of a sequence, on average. */
  length: number
  /** What a failed run printed, to repeat it. */
  replay?: { path: string, commands: string | undefined }
}

export interface ModelResult {
  /** How often each check was made. */
  checks: Map<string, number>
  commands: number
  /** How often a sequence was run again because the machine stood still at the wrong moment. */
  repeats: number
  /** The check that failed first, and the report with the shrunk commands. */
  failure: { check: string, report: string, replay: string } | null
}

/** A machine on which no sequence gets through in so many tries cannot judge anything. */
const TRIES = 20

/** Sequences of commands against the store over a real Redis, each compared with the model after every command. */
export async function runModel ({ redisUrl, seed, sequences: numRuns, length, replay }: ModelRun): Promise<ModelResult> {
  const links = await openLinks(redisUrl)
  const result: ModelResult = { checks: new Map(), commands: 0, repeats: 0, failure: null }
  let failed = ''
  const verify: Verify = (check, faults) => {
    result.checks.set(check, (result.checks.get(check) ?? 0) + 1)
    if (faults.length === 0) return
    failed = check
    throw new Error([check, ...faults.slice(0, 10)].join('\n    '))
  }

  /** Answers whether it could be judged. */
  async function attempt (settings: Settings, commands: Sequence): Promise<boolean> {
    const world = openWorld(links, settings, verify)
    try {
      await fc.asyncModelRun(() => ({ model: new Model(settings), real: world }), commands)
      await world.finish()
      return true
    } catch (error) {
      if (!(error instanceof StoodStill)) throw error
      result.repeats++
      return false
    } finally {
      result.commands += world.judged()
      await world.close()
    }
  }

  const property = fc.asyncProperty(settings, sequences(length, replay?.commands), async (settings, commands) => {
    for (let tries = 0; tries < TRIES; tries++) if (await attempt(settings, commands)) return
    throw new Error(`the machine stood still in ${TRIES} tries of a sequence`)
  })
  try {
    const outcome = await fc.check(property, replay === undefined ? { seed, numRuns } : { seed, numRuns: 1, path: replay.path, endOnFailure: true })
    if (outcome.failed) result.failure = { check: failed, report: `${String(outcome.errorInstance)}\n${fc.defaultReportMessage(outcome) ?? ''}`, replay: replayOf(outcome) }
    return result
  } finally {
    links.close()
  }
}

/** What REPLAY takes: fast-check's path to the sequence, and its path to the commands that are left of it. */
function replayOf ({ counterexamplePath, counterexample }: fc.RunDetails<[Settings, Sequence]>): string {
  const [, commands = ''] = /replayPath="([^"]*)"/.exec(String(counterexample?.[1])) ?? []
  return `${counterexamplePath ?? ''},${commands}`
}
