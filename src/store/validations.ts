import type { Credential } from '../sessions/credential.ts'
import type { Call } from './call.ts'
import { gather } from './gather.ts'
import type { Keys } from './keys.ts'
import type { Argument, RedisClient } from './scripts.ts'

export interface ValidationOptions {
  client: RedisClient
  keys: Keys
  /** What the script takes before the credentials, at that moment. */
  rules: () => Argument[]
}

/** Credentials that one call asks about at most. How many of them it judges the script decides, by what they cost: none blocks Redis for longer than about 0.3 ms. */
const MOST = 8

/**
 * Asks sessionsValidate about all credentials that come in one turn of the event loop: the verdict of each. What the script leaves over, in a turn of many first uses or ends,
 * is asked in the next call at once, all within the time of one.
 */
export function createValidations ({ client, keys, rules }: ValidationOptions, call: Call): (credential: Credential) => Promise<string> {
  async function judge (credentials: Credential[], answer: (verdicts: string[]) => void): Promise<void> {
    const proofs = credentials.flatMap(({ generation, secretDigest }) => [generation, secretDigest])
    const verdicts = await client.sessionsValidate(credentials.length, ...credentials.map(({ id }) => keys.session(id)), ...rules(), ...proofs)
    answer(verdicts)
    const left = credentials.slice(verdicts.length)
    if (left.length > 0) await judge(left, answer)
  }

  return gather(client, MOST, (credentials: Credential[], answer: (verdicts: string[]) => void) => call(() => judge(credentials, answer)))
}
