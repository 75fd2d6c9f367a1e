import { canonicalEmail } from './email.ts'
import type { PasswordHasher } from './passwords/hasher.ts'
import type { UserRepository } from './repository.ts'
import type { User } from './user.ts'

export interface LoginDependencies {
  users: Pick<UserRepository, 'findForLogin'>
  passwords: Pick<PasswordHasher, 'verify'>
}

export type Login = ReturnType<typeof createLogin>

/** Who is it? One question to the database and one to a hashing thread, whatever the answer will be. */
export function createLogin ({ users, passwords }: LoginDependencies) {
  return {
    /**
     * The user, or `null` for every refusal alike: unknown email, wrong password, disabled account. All refusals are
     * the same amount of work, so neither the answer nor its time tells which one it was.
     * `beforeWork` is called when a thread is free, before the work: what it throws ends a wait that was in vain. `isKnown`: from a device that is known for this account.
     * @throws ServiceError `users_unavailable`, `login_busy`, and what `beforeWork` throws
     */
    async authenticate (email: string, password: string, beforeWork?: () => void | Promise<void>, isKnown = false): Promise<User | null> {
      const { user, passwordHash, levelCost } = await users.findForLogin(email)
      const usableHash = user?.disabled ? null : passwordHash
      const matches = await passwords.verify(password, usableHash, levelCost, beforeWork, isKnown ? canonicalEmail(email) : null)
      return matches ? user : null
    }
  }
}
