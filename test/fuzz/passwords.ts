import type { Test } from 'tap'
import { createUserDatabase } from '../../src/users/database.ts'
import { demoUsers } from '../../src/users/demo.ts'
import { hashPassword } from '../../src/users/passwords/scheme.ts'
import { createUserRepository } from '../../src/users/repository.ts'

/** Gives the demo accounts their passwords back after somebody has changed one. */
export async function keepPasswords (t: Test, databaseUrl: string) {
  const database = createUserDatabase(databaseUrl)
  t.teardown(() => database.close())
  const users = createUserRepository(database)
  const hashes = demoUsers.map(({ email, password }) => [email, hashPassword({ password, cost: 4 })] as const)
  return {
    async restore () {
      await Promise.all(hashes.map(([email, hash]) => users.setPasswordHash(email, hash)))
    }
  }
}
