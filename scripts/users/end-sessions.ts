import Fastify from 'fastify'
import type { ServiceConfig } from '../../src/config.ts'
import redis from '../../src/plugins/redis.ts'
import changes from '../../src/plugins/changes.ts'
import sessions from '../../src/plugins/sessions.ts'
import type { SessionService } from '../../src/sessions/service.ts'
import type { ChangeReason } from '../../src/users/administration.ts'

/** Ends all sessions of a user and resolves to how many. */
export async function endSessions (config: ServiceConfig, userId: string, reason: ChangeReason): Promise<number> {
  return withSessions(config, sessions => sessions.endAll(userId, null, { reason }))
    .catch(({ message }) => {
      throw new Error(`The account is changed, but its sessions live on: ${message} Repeat the command.`)
    })
}

/** Erases what happened to the sessions of a user. */
export async function eraseHistory (config: ServiceConfig, userId: string): Promise<void> {
  await withSessions(config, sessions => sessions.eraseHistory(userId))
    .catch(({ message }) => {
      throw new Error(`The account is disabled, but not removed yet: ${message} Repeat the command.`)
    })
}

/** With the service's own wiring of its store. */
async function withSessions<Result> (config: ServiceConfig, act: (sessions: SessionService) => Promise<Result>): Promise<Result> {
  const app = Fastify({ pluginTimeout: 15_000 })
  try {
    await app.register(redis, { config })
    await app.register(changes, { config })
    await app.register(sessions, { config })
    await app.ready()
    return await act(app.sessions)
  } finally {
    await app.close()
  }
}
