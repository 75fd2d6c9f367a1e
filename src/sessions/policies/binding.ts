import { changedSignals, type Signal } from '../devices/surroundings.ts'

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

/** Judges the binding that a request shows by that of its session (devices/surroundings.ts). */
export function judgeBinding (bound: string, seen: string, modes: BindingModes): BindingVerdict {
  const changed = changedSignals(bound, seen).filter(signal => modes[signal] !== 'off')
  const mode = strictness.findLast(mode => changed.some(signal => modes[signal] === mode)) ?? 'off'
  return { changed, mode }
}
