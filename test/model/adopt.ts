import type { Model } from './model.ts'
import type { Sighting } from './sighting.ts'

/**
 * Takes over the exact moment of what the last command set, which the model knows to `slackMs`: it read the clock before the
 * command, the store during it. Says what lies outside.
 */
export function adopt (model: Model, { records, endedAllAtMs }: Sighting, slackMs: number): string[] {
  const faults: string[] = []
  const close = (what: string, expected: number, actual: number) => {
    if (actual < expected || actual > expected + slackMs) faults.push(`${what} is ${actual - expected} ms from now, between 0 and ${slackMs} are possible`)
  }
  for (const session of model.sessions) {
    const record = records.get(session.id)
    for (const moment of session.moved) {
      if (record === undefined) continue
      close(`${moment} of ${session.id}`, session[moment], record[moment])
      session[moment] = record[moment]
    }
    // A use that was recorded is the last one.
    session.lastUsedAtMs = Math.max(session.lastUsedAtMs, session.touchedAtMs)
    session.moved.clear()
  }
  for (const [userId, ms] of model.endedAllAtMs) {
    const actual = endedAllAtMs.get(userId)
    if (actual === undefined) continue
    if (model.justEnded.delete(userId)) close(`the end-all of user ${userId}`, ms, actual)
    else if (actual !== ms) faults.push(`the end-all of user ${userId} has moved by ${actual - ms} ms`)
    model.endedAllAtMs.set(userId, actual)
  }
  return faults
}
