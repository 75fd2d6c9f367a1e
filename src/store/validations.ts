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

/** Credentials that one call judges at most, so that none blocks Redis for longer than 0.3 ms. */
const MOST = 8

/**
 * Asks sessionsValidate about all credentials that come in one turn of the event loop in one call: each has its own verdict, by the
 * master, at that moment, but the work of a command is shared. A single one does not wait: the turn ends as soon as
 * nothing else has arrived. On a Cluster a call is about one slot.
 */
export function createValidations ({ client, keys, rules }: ValidationOptions, call: Call): (credential: Credential) => Promise<string> {
  const groupOf = client.isCluster ? ({ id }: Credential) => slotOf(id) : () => ''
  const gathered = new Map<string, Lookup[]>()

  function send (): void {
    for (const [group, lookups] of gathered) ask(group, lookups)
  }

  function ask (group: string, lookups: Lookup[]): void {
    gathered.delete(group)
    const [sessions, proofs]: [string[], Argument[]] = [[], []]
    for (const { credential: { id, generation, secretDigest } } of lookups) {
      sessions.push(keys.session(id))
      proofs.push(generation, secretDigest)
    }
    call(() => client.sessionsValidate(lookups.length, ...sessions, ...rules(), ...proofs)).then(
      verdicts => lookups.forEach(({ resolve }, i) => resolve(String(verdicts[i]))),
      error => lookups.forEach(({ reject }) => reject(error)))
  }

  return credential => new Promise((resolve, reject) => {
    if (gathered.size === 0) setImmediate(send)
    const group = groupOf(credential)
    const lookups = gathered.get(group) ?? []
    gathered.set(group, lookups)
    if (lookups.push({ credential, resolve, reject }) === MOST) ask(group, lookups)
  })
}
