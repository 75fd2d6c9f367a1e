import { spawn } from 'node:child_process'
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import t from 'tap'
import { DataFolderBusyError, findHolder, lockDataFolder } from '../../src/embedded/data-folder.ts'
import { identifyProcess } from '../../src/embedded/process-identity.ts'

const lockText = (pid: number, startedAt: string): string => JSON.stringify({ pid, startedAt, runtimeFolder: '/tmp/sessions-old' })

t.test('the holder is known while it holds, and nobody after it let go', async (t) => {
  const dataDir = join(t.testdir(), 'made', 'on', 'demand')
  const lock = lockDataFolder(dataDir, '/tmp/sessions-mine')
  t.equal(statSync(dataDir).mode & 0o777, 0o700)
  t.match(findHolder(dataDir), { pid: process.pid, runtimeFolder: '/tmp/sessions-mine' })
  t.equal(lock.abandoned, null)
  lock.release()
  t.equal(findHolder(dataDir), null)
  t.strictSame(readdirSync(dataDir), [], 'nothing is left behind')
})

t.test('a folder that a living process holds is refused', async (t) => {
  const dataDir = t.testdir()
  const lock = lockDataFolder(dataDir, '/tmp/sessions-mine')
  t.throws(() => lockDataFolder(dataDir, '/tmp/sessions-other'), DataFolderBusyError)
  t.match(findHolder(dataDir), { runtimeFolder: '/tmp/sessions-mine' })
  lock.release()
})

t.test('the lock of a dead process is taken over, and tells where its sockets were', async (t) => {
  const child = spawn('true')
  await once(child, 'exit')
  const dataDir = t.testdir({ lock: lockText(child.pid ?? 0, '1') })
  t.equal(findHolder(dataDir), null)
  const lock = lockDataFolder(dataDir, '/tmp/sessions-mine')
  t.equal(lock.abandoned, '/tmp/sessions-old')
  t.equal(findHolder(dataDir)?.pid, process.pid)
  t.strictSame(readdirSync(dataDir), ['lock'])
})

t.test('a lock whose pid was given to another process since is taken over', async (t) => {
  const child = spawn('sleep', ['30'])
  t.teardown(() => child.kill())
  const dataDir = t.testdir({ lock: lockText(child.pid ?? 0, 'another time') })
  t.equal(lockDataFolder(dataDir, '/tmp/sessions-mine').abandoned, '/tmp/sessions-old')

  const startedAt = identifyProcess(child.pid ?? 0)?.startedAt ?? ''
  writeFileSync(join(dataDir, 'lock'), lockText(child.pid ?? 0, startedAt))
  t.throws(() => lockDataFolder(dataDir, '/tmp/sessions-mine'), /in use by the service that runs as process/, 'but not that of the process itself')
})

t.test('a lock that a power cut left empty or torn does not block', async (t) => {
  for (const text of ['', '{"pid":', '{"pid":"1"}']) {
    const dataDir = t.testdir({ lock: text })
    t.equal(lockDataFolder(dataDir, '/tmp/sessions-mine').abandoned, null)
  }
})

t.test('what is no file is not our lock and is left alone', async (t) => {
  const dataDir = t.testdir({ lock: t.fixture('symlink', 'locks'), locks: {} })
  t.throws(() => lockDataFolder(dataDir, '/tmp/sessions-mine'), { message: /\/lock is not the lock of this service\. Choose another DATA_DIR\.$/ })
  t.strictSame(readdirSync(dataDir), ['lock', 'locks'])
})

t.test('letting go leaves the lock of somebody else alone', async (t) => {
  const dataDir = t.testdir()
  const lock = lockDataFolder(dataDir, '/tmp/sessions-mine')
  writeFileSync(join(dataDir, 'lock'), lockText(1, '1'))
  lock.release()
  t.equal(readFileSync(join(dataDir, 'lock'), 'utf8'), lockText(1, '1'))
})

t.test('a folder that cannot be written to is told as such', async (t) => {
  const dataDir = t.testdir({ file: '' })
  t.throws(() => lockDataFolder(join(dataDir, 'file'), '/tmp/sessions-mine'), { code: 'EEXIST' })
  t.throws(() => lockDataFolder(join(dataDir, 'file', 'data'), '/tmp/sessions-mine'), { code: 'ENOTDIR' })
})
