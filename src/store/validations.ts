import type { Credential } from '../sessions/credential.ts'
import type { Call } from './call.ts'
import { gather, type Read } from './gather.ts'
import type { Keys } from './keys.ts'
import type { Argument, RedisClient } from './scripts.ts'

export interface ValidationOptions {
  client: RedisClient
  keys: Keys
  /** What the script takes before the credentials, at that moment. */
  rules: () => Argument[]
}

/** What is asked about a session: whether that opens it, and whether asking is a use of it. */
export interface Lookup { id: string, credential: Credential, isUse: boolean }

/** Credentials that one call asks about at most. How many of them it judges the script decides, by what they cost: none blocks Redis for longer than about 0.3 ms. */
const MOST = 8

/**
 * Asks sessionsValidate about all credentials that come in one turn of the event loop: the verdict of each. What the script leaves over, in a turn of many first uses or ends,
 * is asked in the next call at once, all within the time of one.
 */
export function createValidations<Found> ({ client, keys, rules }: ValidationOptions, call: Call, read: Read<Lookup, string, Found>): (credential: Credential, isUse?: boolean) => Promise<Found> {
  async function judge (lookups: Lookup[], answer: (verdicts: string[]) => void): Promise<void> {
    const names = lookups.map(({ id }) => keys.session(id))
    // One argument: the client library does something for every one.
    let proofs = ''
    for (const { credential: { generation, secretDigest }, isUse } of lookups) proofs += `${isUse ? 1 : 0} ${generation} ${secretDigest};`
    const verdicts = await client.sessionsValidate(names.length, ...names, ...rules(), proofs)
    answer(verdicts)
    const left = lookups.slice(verdicts.length)
    if (left.length > 0) await judge(left, answer)
  }

  const ask = gather(client, MOST, (lookups: Lookup[], answer: (verdicts: string[]) => void) => call(() => judge(lookups, answer)), read)
  return (credential, isUse = true) => ask({ id: credential.id, credential, isUse })
}
