import { slotOf, type Credential } from '../sessions/credential.ts'
import type { Call } from './call.ts'
import type { Keys } from './keys.ts'
import type { Argument, RedisClient } from './scripts.ts'

export interface ValidationOptions {
  client: RedisClient
  keys: Keys
  /** What the script takes before the credentials, at that moment. */
  rules: () => Argument[]
}

interface Lookup {
  credential: Credential
  resolve: (verdict: string) => void
  reject: (error: unknown) => void
}

/** Credentials that one call asks about at most. How many of them it judges the script decides, by what they cost: none blocks Redis for longer than about 0.3 ms. */
const MOST = 8

/**
 * Asks sessionsValidate about all credentials that come in one turn of the event loop in one call: each has its own verdict, by the
 * master, at that moment, but the work of a command is shared. A single one does not wait: the turn ends as soon as
 * nothing else has arrived. On a Cluster a call is about one slot. What the script leaves over, in a turn of many first uses or ends,
 * is asked in the next call at once, all within the time of one.
 */
export function createValidations ({ client, keys, rules }: ValidationOptions, call: Call): (credential: Credential) => Promise<string> {
  const groupOf = client.isCluster ? ({ id }: Credential) => slotOf(id) : () => ''
  const gathered = new Map<string, Lookup[]>()

  function send (): void {
    for (const [group, lookups] of gathered) ask(group, lookups)
  }

  function ask (group: string, lookups: Lookup[]): void {
    gathered.delete(group)
    call(() => judge(lookups)).catch(error => lookups.forEach(({ reject }) => reject(error)))
  }

  /** Each has its verdict as soon as it is there: a failure is only of those that have none yet. */
  async function judge (lookups: Lookup[]): Promise<void> {
    const [sessions, proofs]: [string[], Argument[]] = [[], []]
    for (const { credential: { id, generation, secretDigest } } of lookups) {
      sessions.push(keys.session(id))
      proofs.push(generation, secretDigest)
    }
    const verdicts = await client.sessionsValidate(lookups.length, ...sessions, ...rules(), ...proofs)
    verdicts.forEach((verdict, i) => lookups[i]?.resolve(verdict))
    const left = lookups.slice(verdicts.length)
    if (left.length > 0) await judge(left)
  }

  return credential => new Promise((resolve, reject) => {
    if (gathered.size === 0) setImmediate(send)
    const group = groupOf(credential)
    const lookups = gathered.get(group) ?? []
    gathered.set(group, lookups)
    if (lookups.push({ credential, resolve, reject }) === MOST) ask(group, lookups)
  })
}
