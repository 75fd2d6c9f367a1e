import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { removeStaleLock } from '../../../src/embedded/postgres/stale-lock.ts'

t.test('the lock of a PostgreSQL that is gone is removed', async (t) => {
  const folder = t.testdir({ 'postmaster.pid': '4194305\n' })
  await removeStaleLock(folder)
  t.notOk(existsSync(join(folder, 'postmaster.pid')))
  await removeStaleLock(folder)
})

t.test('its workers are waited for', async (t) => {
  const folder = realpathSync(t.testdir({ 'postmaster.pid': '4194305\n' }))
  const worker = spawn('sleep', ['0.3'], { cwd: folder })
  await once(worker, 'spawn')
  await removeStaleLock(folder)
  t.not(worker.exitCode, undefined)
  t.notOk(existsSync(join(folder, 'postmaster.pid')))
})

t.test('while they work on, the lock stays and the start is refused', async (t) => {
  const folder = realpathSync(t.testdir({ 'postmaster.pid': '4194305\n' }))
  const worker = spawn('sleep', ['30'], { cwd: folder })
  t.teardown(() => worker.kill())
  await once(worker, 'spawn')
  await t.rejects(removeStaleLock(folder, 100), { message: `Processes of an earlier PostgreSQL still work in ${folder}.` })
  t.ok(existsSync(join(folder, 'postmaster.pid')))
})
