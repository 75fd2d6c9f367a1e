import type { Test } from 'tap'
import { createUserDatabase } from '../../src/users/database.ts'
import { demoUsers, ensureDemoUsers } from '../../src/users/demo.ts'
import { hashPassword } from '../../src/users/passwords/scheme.ts'
import { createUserRepository } from '../../src/users/repository.ts'

/** Gives the demo accounts their passwords back after somebody has changed one, lets them log in again, and makes those anew that were deleted. */
export async function keepPasswords (t: Test, databaseUrl: string) {
  const database = createUserDatabase(databaseUrl)
  t.teardown(() => database.close())
  const users = createUserRepository(database)
  const hashes = demoUsers.map(({ email, password }) => [email, hashPassword({ password, cost: 4 })] as const)
  return {
    async restore () {
      await database.query('DELETE FROM removed_users')
      await ensureDemoUsers(users, { hash: async password => hashPassword({ password, cost: 4 }) })
      await Promise.all(hashes.map(([email, hash]) => users.change(email, { passwordHash: hash, disabled: false })))
    }
  }
}
