import { availableParallelism } from 'node:os'
import fp from 'fastify-plugin'
import type { ServiceConfig } from '../config.ts'
import { ServiceError } from '../sessions/errors.ts'
import { watchDatabase } from '../users/database-watch.ts'
import { createUserDatabase } from '../users/database.ts'
import { ensureDemoUsers } from '../users/demo.ts'
import { createLogin, type Login } from '../users/login.ts'
import { migrateUsers } from '../users/migrate.ts'
import { createPasswordHasher } from '../users/passwords/hasher.ts'
import { createUserRepository, type UserRepository } from '../users/repository.ts'

declare module 'fastify' {
  interface FastifyInstance {
    users: Login & Pick<UserRepository, 'ping'>
  }
}

const DEFAULT_COST = 12
const DEMO_COST = 10

/** Who may log in: PostgreSQL, migrated, and hashing threads behind a bounded queue. */
export default fp<{ config: ServiceConfig }>(async (app, { config }) => {
  const database = createUserDatabase(config.DATABASE_URL, {
    timeoutMs: config.DATABASE_TIMEOUT_MS, onError: err => app.log.debug({ err }, 'postgres connection')
  })
  const hashing = { threads: config.HASH_THREADS ?? availableParallelism(), queueLimit: config.HASH_QUEUE_LIMIT }
  const passwords = createPasswordHasher({ cost: config.BCRYPT_COST ?? DEFAULT_COST, ...hashing })
  app.addHook('onClose', async () => {
    await passwords.close()
    await database.close()
  })

  await migrateUsers(config.DATABASE_URL).catch(error => { throw startError(error) })
  const users = createUserRepository(watchDatabase(database, {
    onOutage: err => app.log.error({ err }, 'postgres does not answer'),
    onReturn: () => app.log.info('postgres answers again')
  }))
  if (config.DEMO_USERS) {
    const demoPasswords = createPasswordHasher({ cost: config.BCRYPT_COST ?? DEMO_COST, ...hashing })
    await ensureDemoUsers(users, demoPasswords).finally(demoPasswords.close)
  }
  app.decorate('users', { ...createLogin({ users, passwords }), ping: users.ping })
}, { name: 'users' })

/** At the start, "try again in a moment" is no help. */
function startError (error: unknown): unknown {
  if (!(error instanceof ServiceError)) return error
  return new Error('PostgreSQL is not reachable. Check DATABASE_URL and that the server runs.', { cause: error.cause })
}
