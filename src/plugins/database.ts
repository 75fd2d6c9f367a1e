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
  await atStart(() => migrateUsers(config.DATABASE_URL))
  app.decorate('database', watchDatabase(database, {
    onOutage: err => app.log.error({ err }, 'postgres does not answer'),
    onReturn: () => app.log.info('postgres answers again')
  }))
}, { name: 'database' })

/** Does what the start needs of PostgreSQL, at most so many times; then "try again in a moment" is no help. */
export async function atStart<Result> (act: () => Promise<Result>, tries = 1): Promise<Result> {
  try {
    return await act()
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    if (tries > 1) return atStart(act, tries - 1)
    throw new Error('PostgreSQL is not reachable. Check DATABASE_URL and that the server runs.', { cause: error.cause })
  }
}
