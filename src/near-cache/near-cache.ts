import { slotOf, tagOf, type Credential } from '../sessions/credential.ts'
import type { Validated } from '../sessions/session.ts'
import type { SessionStore } from '../sessions/store.ts'
import { createVerdicts, type VerdictLimits } from './verdicts.ts'

/** News of what changes sessions, from every instance. */
export interface ChangeFeed {
  /** Calls back with the slot of each change; with null when changes may have been missed. */
  listen: (onChange: (slot: string | null) => void) => void
  /** Whether changes are known to arrive. */
  isProven: () => boolean
}

export interface NearCacheOptions extends VerdictLimits {
  store: SessionStore
  changes: ChangeFeed
  /** How long a verdict may be repeated at most. */
  lifeMs: number
  /** A monotonic clock. */
  clock?: () => number
}

export interface NearCache {
  store: SessionStore
  /** Verdicts that are remembered. */
  size: () => number
}

interface Read { found: Promise<Validated | null>, askedAtMs: number, slot: string, isOvertaken: boolean }

/**
 * A store that repeats its verdicts: most validations need no Redis. It remembers each for at most `lifeMs` from the moment when it was
 * asked for, and no longer than the store says that nothing happens by itself: no deadline passes, no grace ends, no use has to be
 * recorded. A change drops what is remembered of its slot, here before its verb resolves, and elsewhere when the news arrives. Verdicts
 * that were on their way meanwhile are given to those who asked, and forgotten. While news may be missed, the store is asked each time.
 */
export function createNearCache ({ store, changes, lifeMs, clock = () => performance.now(), ...limits }: NearCacheOptions): NearCache {
  const verdicts = createVerdicts(limits)
  const reads = new Map<string, Read>()

  function forget (slot: string | null): void {
    if (slot === null) verdicts.clear()
    else verdicts.dropSlot(slot)
    for (const [key, read] of reads) {
      if (slot !== null && read.slot !== slot) continue
      read.isOvertaken = true
      reads.delete(key)
    }
  }

  /** What others have asked for already, unless that is longer ago than a verdict may be. */
  function underWay (key: string, nowMs: number): Promise<Validated | null> | undefined {
    const read = reads.get(key)
    return read !== undefined && nowMs < read.askedAtMs + lifeMs ? read.found : undefined
  }

  function ask (key: string, credential: Credential): Promise<Validated | null> {
    const askedAtMs = clock()
    const read: Read = { found: store.validate(credential), askedAtMs, slot: slotOf(credential.id), isOvertaken: false }
    reads.set(key, read)
    const settle = (): boolean => reads.get(key) === read && reads.delete(key)
    read.found.then(session => {
      settle()
      if (session?.isAdvanced === true) forget(read.slot)
      const goodUntilMs = askedAtMs + Math.min(lifeMs, session?.goodForMs ?? lifeMs)
      if (read.isOvertaken || !changes.isProven() || clock() >= goodUntilMs) return
      // Only the use that was written down says where it was from before.
      verdicts.keep(key, read.slot, session && { ...session, lastOrigin: null, isAdvanced: false }, goodUntilMs)
    }, settle)
    return read.found
  }

  /** The verb, after which nothing is remembered of the slot that it may have changed. Also if it failed: it may have happened. */
  async function changing<T> (slot: string, verb: Promise<T>): Promise<T> {
    return verb.finally(() => forget(slot))
  }

  changes.listen(forget)

  return {
    store: {
      ...store,
      validate (credential, isStrict = false) {
        if (isStrict || !changes.isProven()) return store.validate(credential, isStrict)
        const [key, nowMs] = [keyOf(credential), clock()]
        return verdicts.get(key, nowMs) ?? underWay(key, nowMs) ?? ask(key, credential)
      },
      create: session => changing(tagOf(session.userId), store.create(session)),
      extend: (id, ms) => changing(slotOf(id), store.extend(id, ms)),
      replace: (id, successor, binding) => changing(slotOf(id), store.replace(id, successor, binding)),
      flag: (id, change) => changing(slotOf(id), store.flag(id, change)),
      end: (userId, id, cause) => changing(slotOf(id), store.end(userId, id, cause)),
      endAll: (userId, keepId, cause) => changing(tagOf(userId), store.endAll(userId, keepId, cause)),
      endOthers: (userId, id, cause) => changing(tagOf(userId), store.endOthers(userId, id, cause))
    },
    size: verdicts.size
  }
}

/** What tells a credential from all others; no secret. */
function keyOf ({ id, generation, secretDigest }: Credential): string {
  return `${id}.${generation}.${secretDigest}`
}
