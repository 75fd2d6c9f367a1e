import { cpSync, readdirSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type pg from 'pg'
import t, { type Test } from 'tap'
import { createUserDatabase } from '../../src/users/database.ts'
import { migrateUsers } from '../../src/users/migrate.ts'
import { emptyDatabase } from './database.ts'

const migrations = fileURLToPath(new URL('../../src/users/migrations', import.meta.url))
const ALL = readdirSync(migrations).length

/** The lock of whoever migrates this database. */
const held = "FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"

t.test('of two instances that start at once one migrates and the other finds nothing to do', async t => {
  const url = await emptyDatabase(t)
  const applied = await Promise.all([migrateUsers(url), migrateUsers(url), migrateUsers(url)])
  t.strictSame(applied.sort(), [0, 0, ALL])
  t.equal(await migrateUsers(url), 0)
})

t.test('a migration that fails leaves nothing of itself or of those before it', async t => {
  const url = await emptyDatabase(t)
  const folder = copyWith(t, 'migrations', 'CREATE TABLE more (id integer); SELECT 1 / 0;')
  await t.rejects(migrateUsers(url, folder), { code: '22012' })
  t.equal(await tableExists(url, 'users'), false)
  t.equal(await migrateUsers(url), ALL, 'and the next start is not in its way')
})

t.test('an instance older than the schema starts and changes nothing', async t => {
  const url = await emptyDatabase(t)
  const newer = copyWith(t, 'newer', 'CREATE TABLE more (id integer);')
  t.equal(await migrateUsers(url, newer), ALL + 1)
  t.equal(await migrateUsers(url), 0)
  t.equal(await tableExists(url, 'more'), true)
})

t.test('the folder may have any name', async t => {
  const url = await emptyDatabase(t)
  t.equal(await migrateUsers(url, copyWith(t, 'a [strange] {name} (1)*?', 'SELECT 1;')), ALL + 1)
})

t.test('without a server it says so', async t => {
  await t.rejects(migrateUsers('postgres://postgres@127.0.0.1:1/postgres'), { code: 'users_unavailable' })
})

/** The real migrations and one more. */
t.test('a server that does not answer any more is given up a second after the longest wait for the lock', async t => {
  const url = await emptyDatabase(t)
  const started = performance.now()
  await t.rejects(migrateUsers(url, copyWith(t, 'endless', 'SELECT pg_sleep(60);'), 200), { code: 'users_unavailable', cause: { message: 'Query read timeout' } })
  const ms = performance.now() - started
  t.ok(ms > 1150 && ms < 5000, `${Math.round(ms)} ms`)
})

t.test('another instance that holds the lock for too long is told, and nothing is changed', async t => {
  const url = await emptyDatabase(t)
  const slow = migrateUsers(url, copyWith(t, 'slow', 'SELECT pg_sleep(1);'))
  while ((await ask(url, `SELECT 1 ${held}`)).length === 0) await sleep(10)
  await t.rejects(migrateUsers(url, migrations, 100), { code: '55P03' })
  t.equal(await slow, ALL + 1)
})

t.test('a connection that breaks is an outage and not the end of the process', async t => {
  const url = await brokenAtFirstStatement(t, await emptyDatabase(t))
  await t.rejects(migrateUsers(url), { code: 'users_unavailable', cause: { message: 'Connection terminated unexpectedly' } })
})

function copyWith (t: Test, name: string, sql: string): string {
  const folder = join(t.testdir(), name)
  cpSync(migrations, folder, { recursive: true })
  writeFileSync(join(folder, `${String(ALL + 1).padStart(3, '0')}.do.more.sql`), sql)
  return folder
}

async function tableExists (url: string, name: string): Promise<boolean> {
  const [row] = await ask<{ found: boolean }>(url, 'SELECT to_regclass($1) IS NOT NULL AS found', [name])
  return row?.found === true
}

/** Another address of the database, whose connections end when the first statement comes. */
async function brokenAtFirstStatement (t: Test, url: string): Promise<string> {
  const { searchParams, pathname, username } = new URL(url)
  const proxy = createServer(client => {
    const server = connect(join(searchParams.get('host') ?? '', '.s.PGSQL.5432'))
    client.pipe(server).pipe(client)
    client.on('data', chunk => { if (chunk.includes('BEGIN')) client.destroy() })
  })
  await once(proxy.listen(0, '127.0.0.1'), 'listening')
  t.teardown(() => proxy.close())
  const { port } = proxy.address() as AddressInfo
  return `postgres://${username}@127.0.0.1:${port}${pathname}`
}

async function ask<Row extends pg.QueryResultRow> (url: string, statement: string, values: unknown[] = []): Promise<Row[]> {
  const database = createUserDatabase(url)
  try {
    return await database.query<Row>(statement, values)
  } finally {
    await database.close()
  }
}
