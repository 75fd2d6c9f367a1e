import fc from 'fast-check'
import { nameOf, pick, picked, type Kind, type Pick, type Plan } from '../command.ts'

const edges = ['deadline', 'absolute deadline', 'next touch', 'end of the grace', 'next rotation'] as const

/** Either a while, or until shortly before or after a moment at which something changes by itself. */
type Passage = { ms: number } | { session: Pick, edge: typeof edges[number], isAfter: boolean }

/** Well before the moment, so that the command that comes next still finds it ahead. */
const BEFORE_MS = 500

export const passTime: Kind<Passage, void> = {
  inputs: fc.oneof(
    fc.record({ ms: fc.constantFrom(300, 1000, 5000, 10_000, 40_000, 1_000_000, 3_000_000, 50_000_000) }),
    fc.record({ session: pick, edge: fc.constantFrom(...edges), isAfter: fc.boolean() }),
    fc.record({ session: pick, edge: fc.constantFrom(...edges), isAfter: fc.boolean() })),
  plan (model, passage) {
    if ('ms' in passage) return passageOf(`${passage.ms} ms pass`, passage.ms)
    const session = picked(model, passage.session)
    if (session === null) return null
    const { edge, isAfter } = passage
    const moment = {
      deadline: model.deadlineOf(session),
      'absolute deadline': session.absoluteMs,
      'next touch': session.touchedAtMs + model.settings.touchIntervalMs,
      'end of the grace': session.advancedAtMs + model.settings.graceMs,
      'next rotation': session.advancedAtMs + model.settings.rotateAfterMs
    }[edge]
    const ms = moment + (isAfter ? 0 : -BEFORE_MS) - model.nowMs
    return ms <= 0 ? null : passageOf(`time passes until ${isAfter ? '' : 'shortly before '}the ${edge} of ${nameOf(model, session)}`, ms)
  }
}

function passageOf (words: string, ms: number): Plan<void> {
  return { words, isPassage: true, perform: ({ clock }) => clock.pass(ms), expect: () => {} }
}
