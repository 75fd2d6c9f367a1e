import Fastify from 'fastify'
import type { ServiceConfig } from '../../src/config.ts'
import redis from '../../src/plugins/redis.ts'
import sessions from '../../src/plugins/sessions.ts'
import { AccountError } from '../../src/users/administration.ts'

/** Ends all sessions of a user, with the service's own wiring of its store, and resolves to how many. */
export async function endSessions (config: ServiceConfig, userId: string): Promise<number> {
  const app = Fastify({ pluginTimeout: 15_000 })
  await app.register(redis, { config })
  await app.register(sessions, { config })
  try {
    await app.ready()
    return await app.sessions.endAll(userId)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new AccountError(`The account is changed, but its sessions live on: ${reason} Repeat the command.`)
  } finally {
    await app.close()
  }
}
