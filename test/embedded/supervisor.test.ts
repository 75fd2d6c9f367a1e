import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { addScript, recordingLog } from './fixture.ts'
import { identifyProcess } from '../../src/embedded/process-identity.ts'
import { supervise } from '../../src/embedded/supervisor.ts'
import type { ServerProgram } from '../../src/embedded/supervisor.ts'

/** A server of a few shell lines that counts as ready once it has made a file. */
function program (folder: string, body: string): ServerProgram {
  return {
    name: 'Server',
    command: [addScript(folder, 'server', body)],
    env: process.env,
    logFile: join(folder, 'server.log'),
    stopSignal: 'SIGTERM',
    patienceMs: 200,
    isReady: async () => existsSync(join(folder, 'ready'))
  }
}

async function until (holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(10)
}

t.test('a server that ends before it is ready is told with the end of its log', async (t) => {
  const folder = t.testdir()
  await t.rejects(supervise(program(folder, 'echo the disk is full; exit 1'), recordingLog()), {
    message: `Server did not start. The end of ${join(folder, 'server.log')}:\nthe disk is full`
  })
})

t.test('a program that is not there is told too', async (t) => {
  const folder = t.testdir()
  const absent = { ...program(folder, ''), command: [join(folder, 'absent')] }
  await t.rejects(supervise(absent, recordingLog()), /^Server did not start/)
})

t.test('a server that hangs while starting is killed after the time it is given', async (t) => {
  const folder = t.testdir()
  const hanging = program(folder, `echo $$ > ${join(folder, 'pid')}; exec sleep 30`)
  await t.rejects(supervise({ ...hanging, readyMs: 300 }, recordingLog()), /did not start/)
  const pid = Number(readFileSync(join(folder, 'pid'), 'utf8'))
  await until(() => identifyProcess(pid) === null)
})

t.test('a server that does not stop when it is asked is killed', async (t) => {
  const folder = t.testdir()
  const server = await supervise(program(folder, `trap : TERM; touch ${join(folder, 'ready')}; while :; do sleep 0.05; done`), recordingLog())
  const pid = server.pid() ?? 0
  await server.stop()
  t.equal(identifyProcess(pid), null)
})

t.test('a server that keeps dying is started again until it is stopped', async (t) => {
  const folder = t.testdir()
  const log = recordingLog()
  const server = await supervise(program(folder, `touch ${join(folder, 'ready')}; echo start; sleep 0.05`), log)
  await until(() => log.messages.length >= 3)
  await server.stop()
  const starts = readFileSync(join(folder, 'server.log'), 'utf8').split('\n').length
  await sleep(500)
  t.equal(readFileSync(join(folder, 'server.log'), 'utf8').split('\n').length, starts, 'stopped means stopped')
})
