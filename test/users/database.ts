import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import pg from 'pg'
import type { Test } from 'tap'
import { createUserDatabase } from '../../src/users/database.ts'
import { ensureDemoUsers } from '../../src/users/demo.ts'
import { migrateUsers } from '../../src/users/migrate.ts'
import { hashPassword } from '../../src/users/passwords/scheme.ts'
import { createUserRepository } from '../../src/users/repository.ts'

const advisoryLock = 4_110_208
const migrations = new URL('../../src/users/migrations/', import.meta.url)

/** The URL of a database of its own for this test, dropped afterwards: migrated, with the demo accounts at bcrypt cost 4. */
export async function testDatabase (t: Test): Promise<string> {
  return fromTemplate(t, await preparedTemplate())
}

/** The repository over such a database. */
export async function testUsers (t: Test) {
  const url = await testDatabase(t)
  const database = createUserDatabase(url)
  t.teardown(() => database.close())
  return { url, database, users: createUserRepository(database) }
}

/** A database without tables. */
export async function emptyDatabase (t: Test): Promise<string> {
  return fromTemplate(t, 'template0')
}

async function fromTemplate (t: Test, template: string): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`
  await onServer(client => client.query(`CREATE DATABASE ${name} TEMPLATE ${template}`))
  t.teardown(() => onServer(client => client.query(`DROP DATABASE ${name} WITH (FORCE)`)))
  return urlOf(name)
}

/** Made by whichever test file comes first; the name follows the migrations, so an older one is never taken. */
async function preparedTemplate (): Promise<string> {
  const files = readdirSync(migrations).sort().map(file => readFileSync(new URL(file, migrations)))
  const template = `users_${createHash('sha256').update(Buffer.concat(files)).digest('hex').slice(0, 12)}`
  await onServer(async client => {
    await client.query(`SELECT pg_advisory_lock(${advisoryLock})`)
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [template])
    if (rowCount === 1) return
    await client.query(`DROP DATABASE IF EXISTS ${template}_draft WITH (FORCE)`)
    await client.query(`CREATE DATABASE ${template}_draft`)
    await fill(urlOf(`${template}_draft`))
    await client.query(`ALTER DATABASE ${template}_draft RENAME TO ${template}`)
  })
  return template
}

async function fill (url: string): Promise<void> {
  await migrateUsers(url)
  const database = createUserDatabase(url)
  await ensureDemoUsers(createUserRepository(database), { hash: async password => hashPassword({ password, cost: 4 }) })
  await database.close()
}

/** Runs as the server's superuser; ending the connection also releases its locks. */
async function onServer<Result> (work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const client = new pg.Client(serverUrl())
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

function serverUrl (): string {
  const url = process.env.TEST_DATABASE_URL
  if (url === undefined) throw new Error('TEST_DATABASE_URL is not set; run the tests with npm test')
  return url
}

function urlOf (name: string): string {
  const url = new URL(serverUrl())
  url.pathname = `/${name}`
  return url.href
}
