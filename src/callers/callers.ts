import type { Answer } from '../sessions/store.ts'
import type { Caller } from './caller.ts'
import type { CallerRepository } from './repository.ts'
import { isSecretOf, parseServiceKey, type ServiceKey } from './service-key.ts'

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

type Keys = ReadonlyMap<string, { digest: Buffer, caller: Caller }>

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
    return new Map(stored.map(({ id, digest, caller }) => [id, { digest: Buffer.from(digest, 'base64url'), caller }]))
  }

  async function note (): Promise<void> {
    notedAtMs = clock()
    const noted = uses
    uses = new Map()
    if (noted.size === 0) return
    // What could not be written down comes with the next ones.
    await repository.noteUses(noted).catch(() => { uses = new Map([...noted, ...uses]) })
  }

  function judge (keys: Keys, { id, secret }: ServiceKey): Caller | null {
    const key = keys.get(id)
    if (key === undefined || !isSecretOf(secret, key.digest)) return null
    uses.set(id, Date.now())
    return key.caller
  }

  return {
    /** The caller whose key that is, or null. @throws ServiceError `users_unavailable` */
    authenticate (text: string): Answer<Caller | null> {
      const key = parseServiceKey(text)
      if (key === null) return null
      const ageMs = known === null ? Infinity : clock() - known.askedAtMs
      if (known === null || ageMs >= keepMs) return read().then(keys => judge(keys, key))
      // Before it is outdated, so that who comes often waits for none.
      if (ageMs >= keepMs / 2) read()
      return judge(known.keys, key)
    },

    /** What is known is outdated: something was changed here. */
    forget (): void {
      known = null
      reading = null
    },

    /** Writes down the last uses. */
    close: note
  }
}
