import { existsSync, lstatSync, readFileSync, realpathSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { postgresHome, reachablePrograms } from '../../../src/embedded/postgres/home.ts'

const self = { prefix: [] }
/** An account that can reach nothing: its way of trying always fails. */
const stranger = { prefix: ['false'] }
const env = process.env

t.test('the home is in the data folder', async (t) => {
  const dataDir = realpathSync(t.testdir())
  t.equal(postgresHome(dataDir, self, env), join(dataDir, 'postgres'))
  t.equal(statSync(join(dataDir, 'postgres')).mode & 0o777, 0o700)
})

t.test('an account that cannot reach the data folder gets a home elsewhere, and its data move along', async (t) => {
  const dataDir = realpathSync(t.testdir({ postgres: { '.session-service': '', data: { PG_VERSION: '18' } } }))
  const elsewhere = join(dataDir, 'elsewhere')
  const home = postgresHome(dataDir, stranger, env, elsewhere)
  t.match(home, new RegExp(`^${elsewhere}/[0-9a-f]{12}$`))
  t.equal(statSync(home).mode & 0o777, 0o700)
  t.equal(readFileSync(join(home, 'data', 'PG_VERSION'), 'utf8'), '18')
  t.ok(lstatSync(join(dataDir, 'postgres')).isSymbolicLink())
  t.equal(postgresHome(dataDir, self, env), home, 'the next start finds it through the link')
})

t.test('a link to a home that is gone is made anew', async (t) => {
  const dataDir = realpathSync(t.testdir())
  symlinkSync(join(dataDir, 'gone'), join(dataDir, 'postgres'))
  t.equal(postgresHome(dataDir, self, env), join(dataDir, 'postgres'))
  t.notOk(lstatSync(join(dataDir, 'postgres')).isSymbolicLink())
})

t.test('programs are run from where they are if the account can, from a copy otherwise', async (t) => {
  const folder = t.testdir({ native: { bin: { postgres: 'server' } }, home: {} })
  const [native, home] = [join(folder, 'native'), join(folder, 'home')]
  t.equal(reachablePrograms(native, home, self, env), native)
  t.notOk(existsSync(join(home, 'programs')))
  t.equal(reachablePrograms(native, home, stranger, env), join(home, 'programs', 'native'))
  t.ok(existsSync(join(home, 'programs', 'native', 'bin', 'postgres')))
})
