import type { UserDatabase } from './database.ts'
import { canonicalEmail } from './email.ts'
import type { LoginCandidate, User } from './user.ts'

/** An account to be added; the hash comes from the password hasher or is a standard bcrypt hash. */
export interface NewUser {
  /** Only for accounts with a fixed id (1 to 1000); otherwise the database gives one from 1001 on. */
  id?: number
  email: string
  name: string
  passwordHash: string
  roles?: string[]
}

interface CandidateRow extends Omit<User, 'id'> {
  id: number | null
  password_hash: string | null
  level_cost: number | null
}

export type UserRepository = ReturnType<typeof createUserRepository>

const columns = 'id, email, name, roles, disabled'

/**
 * The one door to the users table. Every verb is one statement, and rejects with `users_unavailable` within the
 * database's time limit when PostgreSQL is away or frozen. Emails are compared without regard to case.
 */
export function createUserRepository ({ query }: Pick<UserDatabase, 'query'>) {
  async function change (email: string, column: 'disabled' | 'password_hash' | 'roles', value: unknown): Promise<User | null> {
    const [user = null] = await query<User>(
      `UPDATE users SET ${column} = $2, updated_at = now() WHERE lower(email) = lower($1) RETURNING ${columns}`,
      [canonicalEmail(email), value])
    return user
  }

  return {
    /** Everything a login needs, in one statement that returns one row whether or not the email is known. */
    async findForLogin (email: string): Promise<LoginCandidate> {
      const [row] = await query<CandidateRow>(
        `SELECT ${columns}, password_hash, level_cost
         FROM (SELECT max(password_cost) AS level_cost FROM users) AS level
         LEFT JOIN users ON lower(email) = lower($1)`,
        [canonicalEmail(email)])
      return candidate(row)
    },

    /** Adds an account. `null`: the email (or the fixed id) is taken, and nothing was changed. */
    async add ({ id, email, name, passwordHash, roles = [] }: NewUser): Promise<User | null> {
      const [user = null] = await query<User>(
        `INSERT INTO users (id, email, name, password_hash, roles)
         VALUES (coalesce($1, nextval(pg_get_serial_sequence('users', 'id'))), $2, $3, $4, $5)
         ON CONFLICT DO NOTHING RETURNING ${columns}`,
        [id, canonicalEmail(email), name, passwordHash, roles])
      return user
    },

    /** At most `limit` accounts with an id above `afterId`, in the order of their ids. */
    list (afterId = 0, limit = 1000): Promise<User[]> {
      return query<User>(`SELECT ${columns} FROM users WHERE id > $1 ORDER BY id LIMIT $2`, [afterId, limit])
    },

    /** The account after the change, or `null` if nobody has this email; so do the next two. */
    setDisabled: (email: string, disabled: boolean) => change(email, 'disabled', disabled),
    setPasswordHash: (email: string, passwordHash: string) => change(email, 'password_hash', passwordHash),
    setRoles: (email: string, roles: string[]) => change(email, 'roles', roles),

    /** Replaces exactly that hash. False if the account has another one by now, or is disabled: whoever changed it wins. */
    async replacePasswordHash (id: number, expected: string, passwordHash: string): Promise<boolean> {
      const changed = await query(
        'UPDATE users SET password_hash = $3, updated_at = now() WHERE id = $1 AND password_hash = $2 AND NOT disabled RETURNING id',
        [id, expected, passwordHash])
      return changed.length === 1
    },

    /** Resolves when PostgreSQL answers a statement. */
    async ping (): Promise<void> {
      await query('SELECT 1')
    }
  }
}

function candidate (row: CandidateRow | undefined): LoginCandidate {
  const levelCost = row?.level_cost ?? null
  if (row === undefined || row.id === null) return { user: null, passwordHash: null, levelCost }
  const { id, email, name, roles, disabled } = row
  return { user: { id, email, name, roles, disabled }, passwordHash: row.password_hash, levelCost }
}
