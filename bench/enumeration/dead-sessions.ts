import { setTimeout as sleep } from 'node:timers/promises'
import type { InjectOptions } from 'fastify'
import { createCredentialIssuer } from '../../src/sessions/credential.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import { createClient, waitUntilReady } from '../../src/store/connect.ts'
import { createSeeder, userOf, type SeededUser } from '../seed.ts'
import type { Comparison } from './comparison.ts'

/** Fewer than a user may have at a time. */
const OPEN_AT_ONCE = 50
const SHORT_MS = 1000

export interface DeadSessionsOptions {
  redisUrl: string
  sessionKeys: string
  /** Of a service with the scope `sessions:introspect`. */
  serviceKey: string
  /** Credentials and ids of each kind. */
  count: number
}

type Seeds = Awaited<ReturnType<typeof createSeeds>>

/**
 * Good credentials of dead sessions: why is it dead, who asks for itself and a service that asks? And ids that end nothing: is it somebody's, was it mine, was it ever anybody's?
 * Each is used once, and the sessions begin and end elsewhere, so that the instance that is asked remembers as much of all of them: nothing.
 */
export async function deadSessions (options: DeadSessionsOptions): Promise<Comparison[]> {
  const seeds = await createSeeds(options)
  const comparisons = [await deadCredentials(seeds), await deadCredentialsOfOthers(seeds, options.serviceKey), await idsThatEndNothing(seeds)]
  await seeds.close()
  return comparisons
}

/** Credentials by why nothing is behind them any more. */
async function deadOnes ({ open, openShort, end, issue, someUsers }: Seeds) {
  const loggedOut = await open(someUsers())
  await end(loggedOut)
  const expired = await openShort(someUsers())
  await sleep(SHORT_MS + 100)
  return { 'logged out': loggedOut, expired, 'never stored': issue(someUsers()) }
}

const asksOf = (kinds: Record<string, string[]>, ask: (credential: string | undefined) => InjectOptions): Comparison['asks'] =>
  Object.fromEntries(Object.entries(kinds).map(([kind, credentials]) => [kind, turn => ask(credentials[turn])]))

async function deadCredentials (seeds: Seeds): Promise<Comparison> {
  return { name: 'GET /me', statusCode: 401, asks: asksOf(await deadOnes(seeds), credential => ({ method: 'GET', url: '/me', headers: { 'x-session-id': credential } })) }
}

async function deadCredentialsOfOthers (seeds: Seeds, serviceKey: string): Promise<Comparison> {
  const headers = { authorization: `Bearer ${serviceKey}` }
  return { name: 'introspection', statusCode: 200, asks: asksOf(await deadOnes(seeds), token => ({ method: 'POST', url: '/v1/introspect', payload: { token }, headers })) }
}

async function idsThatEndNothing ({ open, end, issue, someUsers }: Seeds): Promise<Comparison> {
  const foreign = await open(someUsers())
  const [me] = someUsers() as [SeededUser]
  const ended: string[] = []
  while (ended.length < foreign.length) {
    const opened = await open(Array.from({ length: OPEN_AT_ONCE }, () => me))
    await end(opened)
    ended.push(...opened)
  }
  const neverStored = issue(someUsers())
  const [mine] = await open([me])
  const askFor = (credentials: string[]) => (turn: number) => ({ method: 'DELETE' as const, url: `/sessions/${idOf(credentials[turn])}`, headers: { 'x-session-id': mine } })
  return { name: 'DELETE', statusCode: 404, asks: { foreign: askFor(foreign), ended: askFor(ended), 'never stored': askFor(neverStored) } }
}

/** Another instance on the same store, by the same keys. */
async function createSeeds ({ redisUrl, sessionKeys, count }: DeadSessionsOptions) {
  const client = createClient(redisUrl)
  await waitUntilReady(client)
  const issuer = createCredentialIssuer(createKeyring(sessionKeys))
  const [seeder, short] = [createSeeder(client, sessionKeys), createSeeder(client, sessionKeys, { absoluteMs: SHORT_MS })]
  const owners = new Map<string, string>()
  let users = 0

  const opening = (open: typeof seeder.open) => async (whose: SeededUser[]) => {
    const credentials = await open(whose)
    credentials.forEach((credential, i) => owners.set(credential, String(whose[i]?.id)))
    return credentials
  }

  return {
    open: opening(seeder.open),
    openShort: opening(short.open),
    async end (credentials: string[]) {
      for (const credential of credentials) await seeder.store.end(owners.get(credential) ?? '', idOf(credential))
    },
    /** Credentials that the store has never heard of. */
    issue: (whose: SeededUser[]) => whose.map(({ id }) => issuer.open(String(id)).text),
    /** Users that have no session yet. */
    someUsers: () => Array.from({ length: count }, () => userOf(users++)),
    async close () {
      await Promise.all([seeder.close(), short.close()])
      client.disconnect()
    }
  }
}

/** The public id of a credential's session. */
function idOf (credential = ''): string {
  return credential.slice(0, credential.indexOf('.'))
}
