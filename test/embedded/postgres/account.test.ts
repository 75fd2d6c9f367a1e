import { statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { addScript, pathWith } from '../fixture.ts'
import { canReach, chooseAccount, handOver } from '../../../src/embedded/postgres/account.ts'

t.test('a plain user runs the server as itself', async (t) => {
  t.strictSame(chooseAccount({ PATH: t.testdir() }, 1000), { prefix: [] })
})

t.test('root enters a user namespace where the system allows that, and becomes nobody elsewhere', async (t) => {
  const PATH = t.testdir()
  t.strictSame(chooseAccount({ PATH }, 0), { prefix: [], owner: { uid: 65534, gid: 65534 } }, 'no unshare')
  addScript(PATH, 'unshare', 'echo "unshare failed: Operation not permitted" >&2; exit 1')
  t.strictSame(chooseAccount({ PATH }, 0), { prefix: [], owner: { uid: 65534, gid: 65534 } }, 'not permitted')
  addScript(PATH, 'unshare', 'exit 0')
  t.strictSame(chooseAccount({ PATH }, 0), { prefix: ['unshare', '--user'], owner: { uid: 0, gid: 0 } })
})

t.test('what an account can reach is found out by trying', async (t) => {
  const env = { PATH: pathWith(join(t.testdir(), 'bin'), 'test') }
  t.equal(canReach({ prefix: [] }, t.testdirName, env), true)
  t.equal(canReach({ prefix: [] }, join(t.testdirName, 'absent'), env), false)
  t.equal(canReach({ prefix: ['absent-program'] }, t.testdirName, env), false)
})

t.test('files are handed over with all that is in the folder; a plain user keeps its own', async (t) => {
  const folder = t.testdir({ sub: { file: '', link: t.fixture('symlink', 'nowhere') } })
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0]
  handOver({ prefix: [] }, folder)
  handOver({ prefix: [], owner: { uid, gid } }, folder)
  for (const name of ['.', 'sub', 'sub/file']) t.match(statSync(join(folder, name)), { uid, gid })
})
