import fp from 'fastify-plugin'
import type { ServiceConfig } from '../config.ts'
import { ServiceError } from '../sessions/errors.ts'
import { watchDatabase } from '../users/database-watch.ts'
import { createUserDatabase, type UserDatabase } from '../users/database.ts'
import { migrateUsers } from '../users/migrate.ts'
import { unmeasured, type Measured } from './metrics/measured.ts'

declare module 'fastify' {
  interface FastifyInstance {
    database: Pick<UserDatabase, 'query'>
  }
}

/** PostgreSQL, migrated: users, and the keys of other services. */
export default fp<{ config: ServiceConfig, measured?: Measured }>(async (app, { config, measured = unmeasured }) => {
  const database = measured.postgres(createUserDatabase(config.DATABASE_URL, {
    timeoutMs: config.DATABASE_TIMEOUT_MS, onError: err => app.log.debug({ err }, 'postgres connection')
  }))
  app.addHook('onClose', () => database.close())
  await migrateUsers(config.DATABASE_URL).catch(error => { throw startError(error) })
  app.decorate('database', watchDatabase(database, {
    onOutage: err => app.log.error({ err }, 'postgres does not answer'),
    onReturn: () => app.log.info('postgres answers again')
  }))
}, { name: 'database' })

/** At the start, "try again in a moment" is no help. */
export function startError (error: unknown): unknown {
  if (!(error instanceof ServiceError)) return error
  return new Error('PostgreSQL is not reachable. Check DATABASE_URL and that the server runs.', { cause: error.cause })
}
