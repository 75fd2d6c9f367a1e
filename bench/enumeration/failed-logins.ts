import { createUserDatabase } from '../../src/users/database.ts'
import { hashPassword } from '../../src/users/passwords/scheme.ts'
import { createUserRepository } from '../../src/users/repository.ts'
import type { Comparison } from './comparison.ts'

/** Who fails to log in, and why. Emails of one length; the disabled one has the right password. */
const emails = {
  unknown: 'nobody00@example.com',
  wrong: 'wrong000@example.com',
  disabled: 'disabled@example.com',
  'lower cost': 'lower000@example.com'
}
const PASSWORD = 'correct horse'

/** Logins that fail: does the account exist, is it disabled, has it a cheaper hash? */
export async function failedLogins (databaseUrl: string, costs: { highest: number, lower: number }): Promise<Comparison> {
  await addAccounts(databaseUrl, costs)
  const asks = Object.entries(emails).map(([kind, email]) => [kind, () => ({ method: 'POST' as const, url: '/login', payload: { email, password: PASSWORD } })])
  return { name: 'login', statusCode: 401, asks: Object.fromEntries(asks) }
}

async function addAccounts (databaseUrl: string, { highest, lower }: { highest: number, lower: number }): Promise<void> {
  const database = createUserDatabase(databaseUrl)
  const users = createUserRepository(database)
  const add = (kind: keyof typeof emails, password: string, cost: number) =>
    users.add({ email: emails[kind], name: kind, passwordHash: hashPassword({ password, cost }) })
  await add('wrong', 'another one', highest)
  await add('disabled', PASSWORD, highest)
  await add('lower cost', 'another one', lower)
  await users.setDisabled(emails.disabled, true)
  await database.close()
}
