import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { realpathSync } from 'node:fs'
import t from 'tap'
import { identifyProcess, isWorkedIn } from '../../src/embedded/process-identity.ts'

t.test('a running process is known by its start and its command line', async (t) => {
  const child = spawn('sleep', ['30'])
  t.teardown(() => child.kill())
  const seen = identifyProcess(child.pid ?? 0)
  t.equal(seen?.command, 'sleep 30')
  t.equal(identifyProcess(child.pid ?? 0)?.startedAt, seen?.startedAt, 'which does not change')
})

t.test('a process that ended is gone', async (t) => {
  const child = spawn('true')
  await once(child, 'exit')
  t.equal(identifyProcess(child.pid ?? 0), null)
})

t.test('a zombie is gone too, although the system still lists it', async (t) => {
  // The shell starts a child and becomes a program that never asks how the child ended.
  const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 30'])
  t.teardown(() => parent.kill())
  const [line] = await once(parent.stdout, 'data')
  const zombie = Number(String(line))
  while (identifyProcess(zombie) !== null) await new Promise(setImmediate)
  t.doesNotThrow(() => process.kill(zombie, 0), 'kill(pid, 0) calls it alive')
})

t.test('a folder is worked in as long as a process has it as its working folder', async (t) => {
  const folder = realpathSync(t.testdir())
  t.equal(isWorkedIn(folder), false)
  const child = spawn('sleep', ['30'], { cwd: folder })
  await once(child, 'spawn')
  t.equal(isWorkedIn(folder), true)
  child.kill()
  await once(child, 'exit')
  t.equal(isWorkedIn(folder), false)
})
