import { createCallerAdministration } from '../src/callers/administration.ts'
import { createCallerRepository } from '../src/callers/repository.ts'
import { createUserDatabase } from '../src/users/database.ts'

/** The key of another service that may introspect, in that database. */
export async function addCaller (databaseUrl: string): Promise<string> {
  const database = createUserDatabase(databaseUrl)
  const { key } = await createCallerAdministration({ repository: createCallerRepository(database) }).create({ name: 'bench', scopes: ['sessions:introspect'], dataPrefix: '' })
  await database.close()
  return key
}
