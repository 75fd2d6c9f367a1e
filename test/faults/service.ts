import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Test } from 'tap'
import { buildApp } from '../../src/app.ts'
import type { ServiceConfig } from '../../src/config.ts'
import { createClient, waitUntilReady } from '../../src/store/connect.ts'
import { createUserDatabase } from '../../src/users/database.ts'
import { hashPassword } from '../../src/users/passwords/scheme.ts'
import { createUserRepository } from '../../src/users/repository.ts'
import { testConfig } from '../harness.ts'
import { violations } from '../store/invariants.ts'
import { unlimitedLogins } from '../unlimited-logins.ts'
import { clientOf, type Call } from './client.ts'
import { LONERS_PASSWORD } from './every-route.ts'
import type { Login } from './round.ts'

/** A service on a socket of its own, and accounts that each request which ends all sessions of its user takes one of. */
export interface BreakableService { app: FastifyInstance, call: Call, loners: Iterator<Login> }

/** The service on these servers. */
export async function breakableService (t: Test, env: Record<string, string>): Promise<BreakableService> {
  const config = await testConfig(t, { LOG_LEVEL: 'silent', ...unlimitedLogins, SESSION_LIMIT: '1000', CHANNEL_LIMITS: 'streams:100', ...env })
  const app = await buildApp(config)
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(async () => {
    await awaitRecount(config)
    await app.close()
    await checkKeyspace(config)
  })
  return { app, call: clientOf(origin), loners: (await addLoners(config)).values() }
}

async function addLoners ({ DATABASE_URL }: ServiceConfig): Promise<Login[]> {
  const database = createUserDatabase(DATABASE_URL)
  const users = createUserRepository(database)
  const passwordHash = hashPassword({ password: LONERS_PASSWORD, cost: 4 })
  const logins = Array.from({ length: 600 }, (_, i) => ({ email: `loner${i}@example.com`, password: LONERS_PASSWORD }))
  for (const { email } of logins) await users.add({ email, name: 'Loner', passwordHash })
  await database.close()
  return logins
}

/** What a script did without an answer is counted soon after, by a recount that needs a few passes. */
const RECOUNTED_MS = 240_000

/** Each look goes through everything, which on a slow machine takes the time of those who recount. */
const LOOK_MS = 3000

/** Waits until the live count is right: while the service runs, which is who repairs it. */
export async function awaitRecount (config: ServiceConfig): Promise<void> {
  const givenUpAt = Date.now() + RECOUNTED_MS
  while ((await faultsOf(config)).some(isOfLiveCount) && Date.now() < givenUpAt) await sleep(LOOK_MS)
}

async function checkKeyspace (config: ServiceConfig): Promise<void> {
  const found = await faultsOf(config)
  if (found.length > 0) throw new Error(found.join('\n'))
}

async function faultsOf (config: ServiceConfig): Promise<string[]> {
  const client = createClient(config.REDIS_URL, 900)
  await waitUntilReady(client)
  const found = await violations(client, config)
  client.disconnect()
  return found
}

function isOfLiveCount (fault: string): boolean {
  return fault.startsWith('live-sessions ')
}
