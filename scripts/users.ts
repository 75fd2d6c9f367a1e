/** `npm run users -- <command>`: the operator's hand on the accounts. What it can do is in users/command.ts. */
import { argv, env, stderr, stdin } from 'node:process'
import { loadConfig } from '../src/config.ts'
import { createAdministration, type Secret } from '../src/users/administration.ts'
import { createUserDatabase } from '../src/users/database.ts'
import { migrateUsers } from '../src/users/migrate.ts'
import { createPasswordHasher } from '../src/users/passwords/hasher.ts'
import { createUserRepository } from '../src/users/repository.ts'
import { parseCommand, usage, UsageError, type Command } from './users/command.ts'
import { endSessions, eraseHistory } from './users/end-sessions.ts'
import { execute } from './users/execute.ts'
import { readSecret } from './users/read-secret.ts'
import { reachServers, type Servers } from './users/servers.ts'

async function main (): Promise<void> {
  const command = parseCommand(argv.slice(2))
  const servers = await reachServers(loadConfig(env))
  await carryOut(command, servers).finally(servers.stop)
}

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

await main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error)
  console.error(error instanceof UsageError ? `${message}\n\n${usage}` : message)
  process.exitCode = error instanceof UsageError ? 2 : 1
})
