import { changedSignals, type Signal, type Surroundings } from './surroundings.ts'

/** What a change of surroundings does: nothing, an entry in the history, a demand for the password, the end of the session. */
export type BindingMode = 'off' | 'observe' | 'step-up' | 'enforce'

export type BindingModes = Record<Signal, BindingMode>

export interface BindingVerdict {
  /** What has changed and is looked at. */
  changed: Signal[]
  /** The strictest of what these ask for; `off`: nothing has changed. */
  mode: BindingMode
}

const strictness: BindingMode[] = ['off', 'observe', 'step-up', 'enforce']

/** Judges where a request comes from by where its session was opened, or proven anew. */
export function judgeBinding (bound: string, seen: Surroundings, modes: BindingModes): BindingVerdict {
  const changed = changedSignals(bound, seen).filter(signal => modes[signal] !== 'off')
  const mode = strictness.findLast(mode => changed.some(signal => modes[signal] === mode)) ?? 'off'
  return { changed, mode }
}
