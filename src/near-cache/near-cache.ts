import { slotOf, tagOf, type Credential } from '../sessions/credential.ts'
import { openedSession, type Validated } from '../sessions/session.ts'
import type { Created, NewSession, SessionStore } from '../sessions/store.ts'
import { createEnds } from './ends.ts'
import { createVerdicts, type VerdictLimits } from './verdicts.ts'

/** Told the slot of a change, and of a session that has ended the 32 hex digits of its id; null when changes may have been missed. */
export type OnChange = (slot: string | null, endedHex?: string) => void

/** News of what changes sessions, from every instance. */
export interface ChangeFeed {
  /** Calls back with each change. Whoever else listens goes on. */
  listen: (onChange: OnChange) => void
  /** Whether changes are known to arrive, now, which is a moment of the monotonic clock. */
  isProven: (nowMs?: number) => boolean
}

export interface NearCacheOptions extends Omit<VerdictLimits, 'lifeMs'> {
  store: SessionStore
  changes: ChangeFeed
  /** How long a verdict may be repeated at most. */
  lifeMs: number
  /** A monotonic clock. */
  clock?: () => number
}

export interface NearCache {
  store: SessionStore
  /** Verdicts that are remembered, outdated ones included. */
  size: () => number
  /** Forgets all of them. */
  clear: () => void
}

interface Read {
  /** For who asked. */
  found: Promise<Validated | null>
  /** For who joins. */
  repeated: Promise<Validated | null>
  askedAtMs: number
  slot: number
  changes: number
}

/**
 * A store that repeats its verdicts: most validations need no Redis, and nothing to wait for. It remembers each for at most `lifeMs` from the moment when it was
 * asked for, and no longer than the store says that nothing happens by itself: no deadline passes, no grace ends, no use has to be
 * recorded. Who joins a question of others is given its answer on the same terms. A change drops what is remembered of its slot, here before its verb resolves, and
 * elsewhere when the news arrives; if that says which session has ended, it is refused without asking. Verdicts that were on their way meanwhile are given to those who asked, and forgotten. While news may be missed, the store is asked each time.
 */
export function createNearCache ({ store, changes, lifeMs, clock = () => performance.now(), ...limits }: NearCacheOptions): NearCache {
  const verdicts = createVerdicts({ ...limits, lifeMs })
  const ends = createEnds({ lifeMs })
  const reads = new Map<string, Read>()

  function forget (tag: string | null): void {
    if (tag !== null) return verdicts.dropSlot(numberOf(tag))
    verdicts.clear()
    ends.clear()
  }

  function hear (tag: string | null, endedHex?: string): void {
    if (tag === null) return forget(null)
    const slot = numberOf(tag)
    verdicts.dropSlot(slot)
    if (endedHex !== undefined) ends.add(slot, endedHex, clock())
  }

  const isOvertaken = ({ slot, changes }: Pick<Read, 'slot' | 'changes'>): boolean => changes !== verdicts.changesOf(slot)

  /** Until when what was asked for at that moment may be repeated. */
  const goodUntilOf = (askedAtMs: number, session: Validated | null): number => askedAtMs + Math.min(lifeMs, session?.goodForMs ?? lifeMs)

  /** What others have asked for already, unless that is longer ago than a verdict may be. */
  function underWay (key: string, nowMs: number): Read | undefined {
    const read = reads.get(key)
    return read !== undefined && !isOvertaken(read) && nowMs < read.askedAtMs + lifeMs ? read : undefined
  }

  /** The verdict that others have asked for, if it may be repeated when this call comes. Otherwise one that is asked for after it, which is good for it whatever it is. */
  async function join (read: Read, key: string, credential: Credential, calledMs: number): Promise<Validated | null> {
    const session = await read.repeated
    if (calledMs < goodUntilOf(read.askedAtMs, session)) return session
    const nowMs = clock()
    return underWay(key, nowMs)?.repeated ?? ask(key, credential, nowMs)
  }

  function ask (key: string, credential: Credential, askedAtMs: number): Promise<Validated | null> {
    const slot = numberOf(slotOf(credential.id))
    const asked = { askedAtMs, slot, changes: verdicts.changesOf(slot) }
    const found = Promise.resolve(store.validate(credential))
    const settle = (): boolean => reads.get(key)?.found === found && reads.delete(key)
    const repeated = found.then(session => {
      settle()
      const wasOvertaken = isOvertaken(asked)
      if (session?.isAdvanced === true) verdicts.dropSlot(slot)
      const kept = wasOvertaken ? null : keep(credential, asked, session)
      if (session === null) return null
      if (kept === null) return repeatedOf(session)
      session.made = kept.made
      session.goodUntilMs = kept.goodUntilMs
      return kept
    }, error => {
      settle()
      throw error
    })
    repeated.catch(() => { /* whoever asked is told */ })
    reads.set(key, { ...asked, found, repeated })
    return found
  }

  /** What is repeated of it; null if it is not kept, or is a refusal. */
  function keep (credential: Credential, { slot, askedAtMs }: Pick<Read, 'slot' | 'askedAtMs'>, session: Validated | null): Validated | null {
    const [nowMs, goodUntilMs] = [clock(), goodUntilOf(askedAtMs, session)]
    if (nowMs >= goodUntilMs || !changes.isProven(nowMs)) return null
    const kept = session && repeatedOf(session, [], goodUntilMs)
    verdicts.keep(credential, slot, kept, goodUntilMs, nowMs)
    return kept
  }

  /** What was opened is remembered as a validation would find it: most clients ask at once what they are. */
  async function create (session: NewSession): Promise<Created> {
    const slot = numberOf(tagOf(session.userId))
    const asked = { askedAtMs: clock(), slot, changes: verdicts.changesOf(slot) }
    const created = await store.create(session).catch(error => {
      verdicts.dropSlot(slot)
      throw error
    })
    // One after the other, with nothing to wait for in between: whatever ends it from now on drops it.
    const wasOvertaken = isOvertaken(asked)
    verdicts.dropSlot(slot)
    const { goodForMs, sinceEndAllMs: _sinceEndAllMs, ...times } = created
    if (!wasOvertaken) keep(session.credential, asked, { ...openedSession(session.credential.id, session, times), goodForMs, isAdvanced: false })
    return created
  }

  /** By what holds at this moment. It may have found a reuse, which ends the session, or a new generation. */
  async function strictly (credential: Credential, isUse: boolean): Promise<Validated | null> {
    const session = await store.validate(credential, true, isUse)
    if (session === null || session.isAdvanced) forget(slotOf(credential.id))
    return session
  }

  /** The verb, after which nothing is remembered of the slot, or of all, that it may have changed. Also if it failed: it may have happened. */
  async function changing<T> (slot: string | null, verb: Promise<T>): Promise<T> {
    return verb.finally(() => forget(slot))
  }

  changes.listen(hear)

  return {
    store: {
      ...store,
      validate (credential, isStrict = false, isUse = true) {
        const nowMs = clock()
        // Who would share what is no use would not be recorded either.
        if (isStrict || !isUse) return strictly(credential, isUse)
        if (!changes.isProven(nowMs)) return store.validate(credential)
        const known = verdicts.get(credential, nowMs)
        if (known !== undefined) return known
        if (ends.has(numberOf(slotOf(credential.id)), credential.id, nowMs)) return null
        const key = keyOf(credential)
        const read = underWay(key, nowMs)
        return read === undefined ? ask(key, credential, nowMs) : join(read, key, credential, nowMs)
      },
      create,
      extend: (id, ms) => changing(slotOf(id), store.extend(id, ms)),
      replace: (id, ...change) => changing(slotOf(id), store.replace(id, ...change)),
      flag: (id, change) => changing(slotOf(id), store.flag(id, change)),
      promote: (id, successor) => changing(slotOf(id), store.promote(id, successor)),
      end: (userId, id, cause) => changing(slotOf(id), store.end(userId, id, cause)),
      endAll: (userId, keepId, cause) => changing(tagOf(userId), store.endAll(userId, keepId, cause)),
      endOthers: (userId, id, cause) => changing(tagOf(userId), store.endOthers(userId, id, cause)),
      endEverybody: () => changing(null, store.endEverybody())
    },
    size: verdicts.size,
    clear: () => forget(null)
  }
}

/**
 * What others are told of a verdict: only the use that was written down says where it was from before, and only to who asked, so that it is noted once.
 * In the order in which the store writes it, name by name: objects of one shape are read several times as fast as copies that were changed.
 */
function repeatedOf ({ id, userId, profile, times, rotation, binding, goodForMs }: Validated, made?: unknown[], goodUntilMs?: number): Validated {
  return { id, userId, profile, times, rotation, binding, lastOrigin: null, goodForMs, isAdvanced: false, made, goodUntilMs }
}

/** What tells a credential from all others; no secret. */
function keyOf ({ id, generation, secretDigest }: Credential): string {
  return `${id}.${generation}.${secretDigest}`
}

function numberOf (tag: string): number {
  return parseInt(tag, 16)
}
