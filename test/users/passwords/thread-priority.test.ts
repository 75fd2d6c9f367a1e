import { spawn } from 'node:child_process'
import { symlinkSync } from 'node:fs'
import { constants, getPriority } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { lowerThreadPriority } from '../../../src/users/passwords/thread-priority.ts'

t.test('lowers the priority of the thread that the link names', async t => {
  const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)'])
  t.teardown(() => child.kill('SIGKILL'))
  const self = join(t.testdir(), 'thread-self')
  symlinkSync(`${child.pid}/task/${child.pid}`, self)
  t.equal(lowerThreadPriority(self), true)
  t.equal(getPriority(child.pid), constants.priority.PRIORITY_BELOW_NORMAL)
})

t.test('changes nothing where the system does not tell threads apart', async t => {
  t.equal(lowerThreadPriority(join(t.testdir(), 'absent')), false)
})
