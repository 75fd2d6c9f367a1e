import { cpSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { createUserDatabase } from '../../src/users/database.ts'
import { migrateUsers } from '../../src/users/migrate.ts'
import { emptyDatabase } from './database.ts'

const migrations = fileURLToPath(new URL('../../src/users/migrations', import.meta.url))

t.test('of two instances that start at once one migrates and the other finds nothing to do', async t => {
  const url = await emptyDatabase(t)
  const applied = await Promise.all([migrateUsers(url), migrateUsers(url), migrateUsers(url)])
  t.strictSame(applied.sort(), [0, 0, 1])
  t.equal(await migrateUsers(url), 0)
})

t.test('a migration that fails leaves nothing of itself or of those before it', async t => {
  const url = await emptyDatabase(t)
  const folder = copyWith(t, 'migrations', 'CREATE TABLE more (id integer); SELECT 1 / 0;')
  await t.rejects(migrateUsers(url, folder), { code: '22012' })
  t.equal(await tableExists(t, url, 'users'), false)
  t.equal(await migrateUsers(url), 1, 'and the next start is not in its way')
})

t.test('an instance older than the schema starts and changes nothing', async t => {
  const url = await emptyDatabase(t)
  const newer = copyWith(t, 'newer', 'CREATE TABLE more (id integer);')
  t.equal(await migrateUsers(url, newer), 2)
  t.equal(await migrateUsers(url), 0)
  t.equal(await tableExists(t, url, 'more'), true)
})

t.test('the folder may have any name', async t => {
  const url = await emptyDatabase(t)
  t.equal(await migrateUsers(url, copyWith(t, 'a [strange] {name} (1)*?', 'SELECT 1;')), 2)
})

t.test('without a server it says so', async t => {
  await t.rejects(migrateUsers('postgres://postgres@127.0.0.1:1/postgres'), { code: 'users_unavailable' })
})

/** The real migrations and one more. */
function copyWith (t: Test, name: string, sql: string): string {
  const folder = join(t.testdir(), name)
  cpSync(migrations, folder, { recursive: true })
  writeFileSync(join(folder, '002.do.more.sql'), sql)
  return folder
}

async function tableExists (t: Test, url: string, name: string): Promise<boolean> {
  const database = createUserDatabase(url)
  t.teardown(() => database.close())
  const [row] = await database.query<{ found: boolean }>('SELECT to_regclass($1) IS NOT NULL AS found', [name])
  return row?.found === true
}
