import type { Proven } from './login.ts'
import type { PasswordHasher } from './passwords/hasher.ts'
import { costOf } from './passwords/scheme.ts'
import type { UserRepository } from './repository.ts'
import type { User } from './user.ts'

export interface HashUpgradeOptions {
  users: Pick<UserRepository, 'replacePasswordHash'>
  passwords: Pick<PasswordHasher, 'hash'>
  /** Costs that the account's hash may have; another one becomes the first. */
  costsFor: (user: User) => [wanted: number, ...accepted: number[]]
  /** Told of an upgrade that failed; the next login tries again. */
  onError: (error: unknown) => void
}

/**
 * Hashes a password anew when the stored cost is not the wanted one: a login is the only moment at which it is known. Nobody waits
 * for it, and it gives way: to a full queue, and to a password that was changed meanwhile.
 */
export function createHashUpgrade ({ users, passwords, costsFor, onError }: HashUpgradeOptions) {
  return function upgrade ({ user, passwordHash }: Proven, password: string): void {
    const costs = costsFor(user)
    if (costs.includes(costOf(passwordHash))) return
    passwords.hash(password, costs[0])
      .then(hash => users.replacePasswordHash(user.id, passwordHash, hash))
      .catch(onError)
  }
}
