import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import type { Test } from 'tap'
import { databaseUrl, startPostgres } from '../../src/embedded/postgres/server.ts'
import { lastingFolder } from '../embedded/fixture.ts'
import { makeRuntimeFolder, postgresSocketFolder, removeRuntimeFolder } from '../../src/embedded/runtime-folder.ts'

/** A PostgreSQL that a test may break: its own processes, its own data, its own address. */
export async function privatePostgres (t: Test) {
  const runtimeFolder = makeRuntimeFolder()
  const dataDir = lastingFolder(t)
  const log = { info () {}, error () {} }
  const launch = () => startPostgres({ dataDir, runtimeFolder, durable: true, env: process.env, log })
  let server = await launch()

  function signal (name: NodeJS.Signals): void {
    for (const pid of processTree(Number(server.pid()))) process.kill(pid, name)
  }

  const thaw = () => signal('SIGCONT')
  const stop = () => server.stop()
  t.teardown(async () => {
    thaw()
    await stop()
    removeRuntimeFolder(runtimeFolder)
  })
  return {
    url: databaseUrl(runtimeFolder),
    stop,
    /** Ends the server at once and its supervisor before that starts it again; its backends see it and end by themselves. */
    async kill () {
      process.kill(Number(server.pid()), 'SIGKILL')
      await stop()
    },
    async start () {
      rmSync(postgresSocketFolder(runtimeFolder), { recursive: true, force: true })
      server = await launch()
    },
    /** The server and its backends. */
    freeze: () => signal('SIGSTOP'),
    thaw
  }
}

function processTree (pid: number): number[] {
  const table = execFileSync('ps', ['-A', '-o', 'pid=,ppid=,stat='], { encoding: 'utf8' }).trim().split('\n')
  const rows = table.map(line => line.trim().split(/\s+/)).filter(([,, state]) => !state?.startsWith('Z'))
  const withChildren = (parent: number): number[] =>
    [parent, ...rows.filter(([, ppid]) => Number(ppid) === parent).flatMap(([child]) => withChildren(Number(child)))]
  return rows.some(([each]) => Number(each) === pid) ? withChildren(pid) : []
}
