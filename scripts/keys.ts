/** `npm run keys -- <command>`: the operator's hand on other services and their keys. What it can do is in keys/command.ts. */
import { createCallerAdministration } from '../src/callers/administration.ts'
import { createCallerRepository } from '../src/callers/repository.ts'
import { createUserDatabase } from '../src/users/database.ts'
import { migrateUsers } from '../src/users/migrate.ts'
import { runCommand } from './command-line.ts'
import { parseCommand, usage, type Command } from './keys/command.ts'
import { execute } from './keys/execute.ts'
import type { Servers } from './servers.ts'

async function carryOut (command: Command, { config }: Servers): Promise<void> {
  await migrateUsers(config.DATABASE_URL)
  const database = createUserDatabase(config.DATABASE_URL, { timeoutMs: config.DATABASE_TIMEOUT_MS })
  const callers = createCallerAdministration({ repository: createCallerRepository(database) })
  try {
    for (const line of await execute(command, callers)) console.log(line)
  } finally {
    await database.close()
  }
}

await runCommand(parseCommand, usage, carryOut)
