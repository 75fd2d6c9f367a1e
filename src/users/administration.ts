import { EMAIL_MAX_LENGTH, isEmail } from './email.ts'
import type { PasswordHasher } from './passwords/hasher.ts'
import { costOf, isPasswordHash } from './passwords/scheme.ts'
import type { UserRepository } from './repository.ts'
import type { User } from './user.ts'

/** What an account's sessions end for, as their history says. */
export type ChangeReason = 'disabled' | 'password_changed' | 'roles_changed'

export interface AdministrationDependencies {
  users: UserRepository
  passwords: Pick<PasswordHasher, 'hash'>
  /** Ends all sessions of a user for that reason and resolves to how many there were. */
  endSessions: (userId: string, reason: ChangeReason) => Promise<number>
}

/** A password as it is typed, or a hash that was made elsewhere. */
export type Secret = { password: string } | { passwordHash: string }

export type NewAccount = Secret & { email: string, name: string, roles: string[] }

/** A change, and how many sessions it ended. */
export interface Changed { user: User, endedSessions: number }

/** What the operator can mend; the message says how. */
export class AccountError extends Error {}

export type Administration = ReturnType<typeof createAdministration>

/**
 * What an operator does with accounts. Whatever takes something away from an account (its access, its password, its
 * roles) first changes the account and then ends its sessions, because a live session knows its user as of its login.
 * All verbs throw AccountError for what the operator can mend.
 */
export function createAdministration ({ users, passwords, endSessions }: AdministrationDependencies) {
  async function ended (reason: ChangeReason, user: User): Promise<Changed> {
    return { user, endedSessions: await endSessions(String(user.id), reason) }
  }

  async function hashOf (secret: Secret): Promise<string> {
    if ('passwordHash' in secret) return checkedHash(secret.passwordHash)
    return passwords.hash(checkedPassword(secret.password))
  }

  return {
    async add ({ email, name, roles, ...secret }: NewAccount): Promise<User> {
      checkEmail(email)
      check(/^\P{Cc}{1,200}$/u.test(name), 'A name has 1 to 200 characters and no control characters.')
      checkRoles(roles)
      const user = await users.add({ email, name, roles, passwordHash: await hashOf(secret) })
      check(user !== null, `The email ${email} is taken.`)
      return user
    },

    async disable (email: string): Promise<Changed> {
      return ended('disabled', known(await users.setDisabled(email, true), email))
    },

    async enable (email: string): Promise<User> {
      return known(await users.setDisabled(email, false), email)
    },

    async setPassword (email: string, secret: Secret): Promise<Changed> {
      return ended('password_changed', known(await users.setPasswordHash(email, await hashOf(secret)), email))
    },

    async setRoles (email: string, roles: string[]): Promise<Changed> {
      checkRoles(roles)
      return ended('roles_changed', known(await users.setRoles(email, roles), email))
    }
  }
}

function check (holds: boolean, advice: string): asserts holds {
  if (!holds) throw new AccountError(advice)
}

function known (user: User | null, email: string): User {
  check(user !== null, `Nobody has the email ${email}.`)
  return user
}

function checkEmail (email: string): void {
  check(isEmail(email), `An email has at most ${EMAIL_MAX_LENGTH} characters, an @ in the middle and no spaces.`)
}

function checkRoles (roles: string[]): void {
  check(roles.every(role => /^[a-z][a-z0-9-]{0,31}$/.test(role)), 'A role has 1 to 32 lower-case letters, digits and dashes and starts with a letter.')
}

/** At least 8 characters, as NIST SP 800-63B asks; at most what POST /login accepts. */
function checkedPassword (password: string): string {
  const { length } = [...password]
  check(length >= 8 && length <= 1024, 'A password has 8 to 1024 characters.')
  return password
}

function checkedHash (hash: string): string {
  check(isPasswordHash(hash) && costOf(hash) >= 4 && costOf(hash) <= 16, 'A hash is a bcrypt hash ($2a$, $2b$ or $2y$) of a cost from 4 to 16.')
  return hash
}
