import type { PasswordHasher } from './passwords/hasher.ts'
import type { UserRepository } from './repository.ts'

/** Accounts with published passwords, for a local run or where DEMO_USERS=true asks for them. */
export const demoUsers = [
  { id: 1, email: 'alice@example.com', name: 'Alice', password: 'password123', roles: [] },
  { id: 2, email: 'bob@example.com', name: 'Bob', password: 'secret456', roles: [] },
  { id: 3, email: 'admin@example.com', name: 'Admin', password: 'admin789', roles: ['admin'] }
]

/**
 * Adds the demo accounts that are missing. An account that exists under one of these emails or ids stays as it is. Several instances may do this at once.
 */
export async function ensureDemoUsers (users: Pick<UserRepository, 'add' | 'list'>, passwords: Pick<PasswordHasher, 'hash'>): Promise<void> {
  const present = new Set((await users.list(0, demoUsers.length)).map(user => user.id))
  const missing = demoUsers.filter(user => !present.has(user.id))
  await Promise.all(missing.map(async ({ password, ...user }) =>
    users.add({ ...user, passwordHash: await passwords.hash(password) })))
}
