import { readFileSync } from 'node:fs'
import type { Redis } from 'ioredis'
import { createCredentialIssuer, type Credential } from '../src/sessions/credential.ts'
import { createKeyring } from '../src/sessions/keyring.ts'
import { here } from './load/connection.ts'
import { insist } from './report.ts'
import { seedSessions, storeOn, userOf } from './seed.ts'

/** How many different sessions are copied. */
const ORIGINALS = 24
/** Copies that one call makes, and calls in flight. */
const CALL = 200
const FLIGHT = 4

const script = readFileSync(new URL('copy-sessions.lua', import.meta.url), 'utf8')

export type Copier = Awaited<ReturnType<typeof createCopier>>

/**
 * Opens sessions five times as fast as logins do, for a store of a million: some are opened by the service's own script, and what it wrote of them is
 * copied (copy-sessions.lua). The live count knows of all of them. They logged in from where load/connection.ts asks, so that no use is from elsewhere.
 */
export async function createCopier (client: Redis, sessionKeys: string) {
  const issuer = createCredentialIssuer(createKeyring(sessionKeys))
  const { store, keys, liveCount } = storeOn(client)
  const users = Array.from({ length: ORIGINALS }, (_, i) => userOf(i))
  const texts = await seedSessions(client, sessionKeys, users, 1, () => here)
  const originals = texts.map((text, i) => ({ userId: String(users[i]?.id), ...parsed(text) }))

  function parsed (text: string): Credential {
    const credential = issuer.parse(text)
    if (credential === null) throw new Error('A credential that was made here is not known here')
    return credential
  }

  /** One session for each of these users. Answers with the credentials. */
  async function call (userIds: string[], number: number): Promise<string[]> {
    const { id, userId, secretDigest } = originals[number % ORIGINALS] ?? { id: '', userId: '', secretDigest: '' }
    const copies = userIds.map(owner => ({ owner, ...issuer.open(owner) }))
    const args = copies.flatMap(({ id, owner, secretDigest }) => [id, owner, secretDigest])
    const deadline = await client.eval(script, 1, keys.session(id), userId, secretDigest, ...args)
    const bucket = String(Math.floor(Number(deadline) / 10_000))
    for (let i = 0; i < copies.length; i++) liveCount.add(bucket)
    return copies.map(({ text }) => text)
  }

  return {
    /** Sessions of users who are copied, which are there too. */
    originals: ORIGINALS,
    parsed,

    /** Opens `count` sessions, the number n for the user `ownerOf(n)`. Answers with the credentials, in that order. */
    async open (count: number, ownerOf: (number: number) => string): Promise<string[]> {
      const credentials: string[] = []
      for (let start = 0; start < count; start += CALL * FLIGHT) {
        const end = Math.min(count, start + CALL * FLIGHT)
        const calls = []
        for (let from = start; from < end; from += CALL) {
          calls.push(call(Array.from({ length: Math.min(CALL, end - from) }, (_, i) => ownerOf(from + i)), from / CALL))
        }
        for (const opened of await Promise.all(calls)) credentials.push(...opened)
      }
      await liveCount.flush()
      const session = await store.validate(parsed(credentials.at(-1) ?? ''))
      insist(session?.userId === ownerOf(count - 1), 'a copied session is not its owner\'s')
      return credentials
    }
  }
}
