import { canonicalEmail } from './email.ts'
import type { Login } from './login.ts'
import type { PasswordHasher } from './passwords/hasher.ts'
import type { Admission } from './passwords/turns.ts'
import type { UserRepository } from './repository.ts'
import type { User } from './user.ts'

export interface PasswordChangeDependencies {
  users: Pick<UserRepository, 'replacePasswordHash'>
  passwords: Pick<PasswordHasher, 'hash'>
  prove: Login['prove']
}

/** A change that may be made. */
export interface PasswordChange {
  user: User
  /** Makes it; false if the account was disabled or its stored hash is another one by now. */
  store: () => Promise<boolean>
}

export type PasswordChanges = ReturnType<typeof createPasswordChange>

/** The new password of somebody who knows the current one. */
export function createPasswordChange ({ users, passwords, prove }: PasswordChangeDependencies) {
  return {
    /**
     * Checks the current password as a login does and hashes the new one; changes nothing. `null` for every refusal alike.
     * `isKnown`, as at a login, holds for both hashes.
     * @throws ServiceError `users_unavailable`, `login_busy`, and what `admission` throws
     */
    async preparePasswordChange (email: string, currentPassword: string, newPassword: string, admission?: Admission, isKnown = false): Promise<PasswordChange | null> {
      const proven = await prove(email, currentPassword, admission, isKnown)
      if (proven === null) return null
      const newHash = await passwords.hash(newPassword, undefined, isKnown ? canonicalEmail(email) : null)
      return { user: proven.user, store: () => users.replacePasswordHash(proven.user.id, proven.passwordHash, newHash) }
    }
  }
}
