import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { addScript, recordingLog } from './fixture.ts'
import { endOrphan, readPid } from '../../src/embedded/orphan.ts'
import { identifyProcess } from '../../src/embedded/process-identity.ts'
import type { ChildProcess } from 'node:child_process'

const common = { name: 'Redis', stopSignal: 'SIGTERM' as const, patienceMs: 200 }

/** A process that names the folder on its command line and has written its pid file, as a server does. */
async function pretendServer (folder: string, whenAsked: string): Promise<ChildProcess & { pidFile: string }> {
  const program = addScript(folder, 'server', `trap '${whenAsked}' TERM\necho ready\nwhile :; do sleep 0.05; done`)
  const child = spawn(program, { stdio: ['ignore', 'pipe', 'ignore'] })
  await once(child.stdout, 'data')
  const pidFile = join(folder, 'server.pid')
  writeFileSync(pidFile, `${child.pid}\n`)
  return Object.assign(child, { pidFile })
}

t.test('a server that was left behind is asked to stop and waited for', async (t) => {
  const folder = t.testdir()
  const server = await pretendServer(folder, 'sleep 0.1; exit 3')
  const [ended] = await Promise.all([once(server, 'exit'), endOrphan({ ...common, patienceMs: 5000, folder, pidFile: server.pidFile }, recordingLog())])
  t.strictSame(ended, [3, null], 'it stopped in its own way')
})

t.test('one that does not stop is killed', async (t) => {
  const folder = t.testdir()
  const server = await pretendServer(folder, ':')
  const log = recordingLog()
  const [ended] = await Promise.all([once(server, 'exit'), endOrphan({ ...common, folder, pidFile: server.pidFile }, log)])
  t.strictSame(ended, [null, 'SIGKILL'])
  t.strictSame(log.messages, ['a Redis of an earlier start is still running, stopping it'])
})

t.test('a stranger that was given the pid since is left alone', async (t) => {
  const folder = t.testdir()
  const stranger = spawn('sleep', ['30'])
  t.teardown(() => stranger.kill())
  const pidFile = join(folder, 'server.pid')
  writeFileSync(pidFile, `${stranger.pid}\n`)
  await endOrphan({ ...common, folder, pidFile }, recordingLog())
  t.not(identifyProcess(stranger.pid ?? 0), null)
})

t.test('no pid, no orphan', async (t) => {
  const folder = t.testdir({ empty: '', dead: '4194305\n' })
  t.equal(readPid(join(folder, 'absent')), null)
  t.equal(readPid(join(folder, 'empty')), null)
  const log = recordingLog()
  for (const file of ['absent', 'empty', 'dead']) await endOrphan({ ...common, folder, pidFile: join(folder, file) }, log)
  t.strictSame(log.messages, [])
})
