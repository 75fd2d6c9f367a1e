import type { Answer } from '../sessions/store.ts'
import type { Caller } from './caller.ts'
import type { CallerRepository } from './repository.ts'
import { isKeyOf, parseServiceKey, type ServiceKey } from './service-key.ts'

export interface CallersOptions {
  repository: Pick<CallerRepository, 'keys' | 'noteUses'>
  /** How long what was read of the keys is good, from when it was asked for. */
  keepMs?: number
  /** How often uses are written down at most. */
  noteEveryMs?: number
  /** A monotonic clock. */
  clock?: () => number
}

export type Callers = ReturnType<typeof createCallers>

/** Who signs with the other half of that public key. */
export interface Signer { publicKey: string, caller: Caller }

type Keys = ReadonlyMap<string, KnownKey>

/** `proven`: the one that was shown and found to be it, which the next request shows again. */
interface KnownKey { digest: Buffer, publicKey: string | null, caller: Caller, proven: ServiceKey | null }

interface Read { keys: Promise<Keys>, askedAtMs: number }

/**
 * Says whose a key is. All keys are read at once and kept for a second at most, so a key costs PostgreSQL nothing, whether it is known or not, and one that is
 * taken away is worth nothing anywhere a second later. While PostgreSQL is away nobody is known: `users_unavailable`.
 */
export function createCallers ({ repository, keepMs = 1000, noteEveryMs = 10_000, clock = () => performance.now() }: CallersOptions) {
  let known: { keys: Keys, askedAtMs: number } | null = null
  let reading: Read | null = null
  let uses = new Map<string, number>()
  let notedAtMs = clock()

  /** One read for all who wait. */
  function read (): Promise<Keys> {
    if (reading !== null) return reading.keys
    const mine: Read = { askedAtMs: clock(), keys: readAll() }
    reading = mine
    const settle = (keys: Keys | null): void => {
      // Something was changed here since it was asked for.
      if (reading !== mine) return
      reading = null
      if (keys !== null) known = { keys, askedAtMs: mine.askedAtMs }
    }
    mine.keys.then(settle, () => settle(null))
    return mine.keys
  }

  async function readAll (): Promise<Keys> {
    const stored = await repository.keys()
    if (clock() >= notedAtMs + noteEveryMs) note()
    return new Map(stored.map(({ id, digest, publicKey, caller }) => [id, { digest: Buffer.from(digest, 'base64url'), publicKey, caller, proven: null }]))
  }

  async function note (): Promise<void> {
    notedAtMs = clock()
    const noted = uses
    uses = new Map()
    if (noted.size === 0) return
    // What could not be written down comes with the next ones.
    await repository.noteUses(noted).catch(() => { uses = new Map([...noted, ...uses]) })
  }

  function current (): Answer<Keys> {
    const ageMs = known === null ? Infinity : clock() - known.askedAtMs
    if (known === null || ageMs >= keepMs) return read()
    // Before it is outdated, so that who comes often waits for none.
    if (ageMs >= keepMs / 2) read()
    return known.keys
  }

  function judge (keys: Keys, shown: ServiceKey): Caller | null {
    const key = keys.get(shown.id)
    if (key === undefined || key.publicKey !== null) return null
    if (key.proven !== shown && !isKeyOf(shown, key.digest)) return null
    key.proven = shown
    noteUse(shown.id)
    return key.caller
  }

  function holderIn (keys: Keys, id: string): Caller | null {
    const key = keys.get(id)
    if (key === undefined) return null
    noteUse(id)
    return key.caller
  }

  function noteUse (id: string): void {
    uses.set(id, Date.now())
  }

  return {
    /** The caller whose key that is, or null. @throws ServiceError `users_unavailable` */
    authenticate (text: string): Answer<Caller | null> {
      const key = parseServiceKey(text)
      if (key === null) return null
      const keys = current()
      return keys instanceof Promise ? keys.then(keys => judge(keys, key)) : judge(keys, key)
    },

    /** The caller with the public key of that id, or null. @throws ServiceError `users_unavailable` */
    async findSigner (id: string): Promise<Signer | null> {
      const { publicKey = null, caller } = (await current()).get(id) ?? {}
      return publicKey === null || caller === undefined ? null : { publicKey, caller }
    },

    /** The caller who was let in by the key of that id, if it is still there; that counts as a use of it. @throws ServiceError `users_unavailable` */
    holderOf (id: string): Answer<Caller | null> {
      const keys = current()
      return keys instanceof Promise ? keys.then(keys => holderIn(keys, id)) : holderIn(keys, id)
    },

    /** A key was used, which is written down with others. */
    noteUse,

    /** What is known is outdated: something was changed here. */
    forget (): void {
      known = null
      reading = null
    },

    /** Writes down the last uses. */
    close: note
  }
}
