/** `npm run users -- <command>`: the operator's hand on the accounts. What it can do is in users/command.ts. */
import { stderr, stdin } from 'node:process'
import { createAdministration, type Secret } from '../src/users/administration.ts'
import { createUserDatabase } from '../src/users/database.ts'
import { migrateUsers } from '../src/users/migrate.ts'
import { createPasswordHasher } from '../src/users/passwords/hasher.ts'
import { createUserRepository } from '../src/users/repository.ts'
import { runCommand } from './command-line.ts'
import type { Servers } from './servers.ts'
import { parseCommand, usage, type Command } from './users/command.ts'
import { endSessions, eraseHistory } from './users/end-sessions.ts'
import { execute } from './users/execute.ts'
import { readSecret } from './users/read-secret.ts'

async function carryOut (command: Command, { config }: Servers): Promise<void> {
  await migrateUsers(config.DATABASE_URL)
  const database = createUserDatabase(config.DATABASE_URL, { timeoutMs: config.DATABASE_TIMEOUT_MS })
  const passwords = createPasswordHasher({ cost: config.BCRYPT_COST, threads: 1 })
  const users = createUserRepository(database)
  const administration = createAdministration({
    users,
    passwords,
    endSessions: (userId, reason) => endSessions(config, userId, reason),
    eraseHistory: userId => eraseHistory(config, userId)
  })
  try {
    const lines = execute(command, { administration, list: users.list }, () => secretFor(command))
    for await (const line of lines) console.log(line)
  } finally {
    await passwords.close()
    await database.close()
  }
}

async function secretFor (command: Command): Promise<Secret> {
  const hashed = 'hashed' in command && command.hashed
  const text = await readSecret(stdin, stderr, hashed ? 'Hash' : 'Password')
  return hashed ? { passwordHash: text } : { password: text }
}

await runCommand(parseCommand, usage, carryOut)
