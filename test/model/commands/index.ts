import fc from 'fast-check'
import { commandsOf } from '../command.ts'
import type { Model } from '../model.ts'
import type { World } from '../world.ts'
import { end, endAll, endOne, endOthers } from './end.ts'
import { extend } from './extend.ts'
import { logIn } from './log-in.ts'
import { passTime } from './pass-time.ts'
import { present } from './present.ts'
import { presentForeign } from './present-foreign.ts'
import { readPages } from './read-pages.ts'
import { readQuota } from './read-quota.ts'
import { reauthenticate } from './reauthenticate.ts'
import { rotate } from './rotate.ts'
import { merge, removeKey, setKey } from './write-data.ts'

/** Kinds of commands, each as often as it is named: what builds something up more often than what ends it. */
const kinds: Array<fc.Arbitrary<fc.AsyncCommand<Model, World>>> = [
  ...often(6, commandsOf(logIn)),
  ...often(6, commandsOf(present)),
  ...often(5, commandsOf(passTime)),
  ...often(2, commandsOf(extend)),
  ...often(2, commandsOf(setKey)),
  ...often(2, commandsOf(merge)),
  commandsOf(removeKey),
  commandsOf(rotate),
  commandsOf(reauthenticate),
  commandsOf(presentForeign),
  commandsOf(end),
  commandsOf(endOne),
  commandsOf(endOthers),
  commandsOf(endAll),
  commandsOf(readPages),
  commandsOf(readQuota)
]

function often<T> (times: number, kind: T): T[] {
  return Array<T>(times).fill(kind)
}

export type Sequence = Iterable<fc.AsyncCommand<Model, World>>

/** Sequences of `length` commands on average and a few that cannot be given; a replay path repeats those that were left after shrinking. */
export function sequences (length: number, replayPath = ''): fc.Arbitrary<Sequence> {
  return fc.commands(kinds, { maxCommands: Math.ceil(2.5 * length), size: 'max', ...(replayPath !== '' && { replayPath }) })
}
