import Fastify, { type FastifyInstance } from 'fastify'
import type { ServiceConfig } from '../../src/config.ts'
import redis from '../../src/plugins/redis.ts'
import sessions from '../../src/plugins/sessions.ts'
import { AccountError, type ChangeReason } from '../../src/users/administration.ts'

/** Ends all sessions of a user, with the service's own wiring of its store, and resolves to how many. */
export async function endSessions (config: ServiceConfig, userId: string, reason: ChangeReason): Promise<number> {
  const app = Fastify({ pluginTimeout: 15_000 })
  return endAll(app, config, userId, reason)
    .catch(({ message }) => {
      throw new AccountError(`The account is changed, but its sessions live on: ${message} Repeat the command.`)
    })
    .finally(() => app.close())
}

async function endAll (app: FastifyInstance, config: ServiceConfig, userId: string, reason: ChangeReason): Promise<number> {
  await app.register(redis, { config })
  await app.register(sessions, { config })
  await app.ready()
  return app.sessions.endAll(userId, null, { reason })
}
