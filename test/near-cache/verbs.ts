import type { SessionStore } from '../../src/sessions/store.ts'
import type { createPlainStore } from './plain-store.ts'

export interface VerbsOptions {
  store: () => ReturnType<typeof createPlainStore>
  /** How many sessions Redis has said to be alive until now. */
  given: () => number
  idsOf: (userId: string) => string[]
}

/** What a verb did when Redis performed it. */
interface Effect { givenBefore: number, changed: string[], ended: string[] }

/** A verb on its way to Redis and back. */
export interface Work { ids: string[], apply: (id: string) => void, effect: Effect | null, resolve: () => void, reject: (error: Error) => void }

/** Changes of sessions that Redis performs some time after they were asked for, and answers then or later, or never. */
export function createVerbs ({ store, given, idsOf }: VerbsOptions) {
  const unanswered: Work[] = []

  const later = <T>(ids: string[], apply: Work['apply'], answer: T) => new Promise<T>((resolve, reject) => {
    unanswered.push({ ids, apply, effect: null, resolve: () => resolve(answer), reject })
  })

  function effectOf ({ ids, apply }: Work): Effect {
    const [givenBefore, changed] = [given(), ids.filter(store().has)]
    changed.forEach(apply)
    return { givenBefore, changed, ended: changed.filter(store().hasEnded) }
  }

  function perform (work: Work | undefined): Work | undefined {
    if (work !== undefined) work.effect ??= effectOf(work)
    return work
  }

  const verbs: Partial<SessionStore> = {
    extend: (id, ms) => later([id], id => store().extend(id, ms), null),
    // What it changes is not looked at, but that it is not repeated as it was.
    flag: id => later([id], () => {}, true),
    endAll: userId => later(idsOf(userId), id => store().end(id), 0)
  }

  return {
    verbs,
    unanswered,
    replies: {
      perform: () => { perform(unanswered.find(({ effect }) => effect === null)) },
      confirm: () => perform(unanswered.shift())?.resolve(),
      /** It has happened, but nobody is told. */
      fail: () => perform(unanswered.shift())?.reject(new Error('no reply'))
    }
  }
}
