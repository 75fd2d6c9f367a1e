import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { makeRuntimeFolder, postgresSocketFolder, redisSocket, removeRuntimeFolder } from '../../src/embedded/runtime-folder.ts'

t.test('each runtime folder is new and open to nobody else', async (t) => {
  const [one, two] = [makeRuntimeFolder(), makeRuntimeFolder()]
  t.teardown(() => [one, two].forEach(removeRuntimeFolder))
  t.not(one, two)
  t.equal(statSync(one).mode & 0o777, 0o700)
  t.equal(statSync(one).uid, process.getuid?.())
})

t.test('sockets fit into a socket address however long the temporary folder is', async (t) => {
  const deep = join(t.testdir(), 'long-'.repeat(20))
  mkdirSync(deep)
  const folder = makeRuntimeFolder(deep)
  t.teardown(() => removeRuntimeFolder(folder))
  t.ok(Buffer.byteLength(redisSocket(folder)) <= 103)
  t.ok(Buffer.byteLength(join(postgresSocketFolder(folder), '.s.PGSQL.5432')) <= 103)
})

t.test('removing takes the contents along', async (t) => {
  const folder = makeRuntimeFolder()
  writeFileSync(redisSocket(folder), '')
  removeRuntimeFolder(folder)
  t.notOk(existsSync(folder))
  t.doesNotThrow(() => removeRuntimeFolder(folder), 'twice is no fault')
})

t.test('a path that does not look like a runtime folder is left alone', async (t) => {
  const folder = t.testdir({ precious: '' })
  removeRuntimeFolder(folder)
  t.ok(existsSync(join(folder, 'precious')))
})
