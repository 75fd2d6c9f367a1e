import { spawn, type ChildProcess } from 'node:child_process'
import { openSync } from 'node:fs'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { onEveryCore, onServerCore } from './cores.ts'

export type MeasuredServer = Awaited<ReturnType<typeof startServer>>

export interface Observation {
  cpuMicroseconds: number
  loopDelayMs: { p99: number, max: number }
}

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export interface ServerOptions {
  env?: NodeJS.ProcessEnv
  outputFile?: string
  /** Whether it may use all cores; otherwise it stays on the servers' one. */
  everyCore?: boolean
}

/**
 * Starts a program in plain Node, with its output in a file. It is up when it has sent `{ url }`, or,
 * if it listens on a port that is given, when /readyz answers there.
 */
export async function startServer (program: string, { env = {}, outputFile = '/dev/null', everyCore = false }: ServerOptions = {}) {
  const output = openSync(outputFile, 'a')
  const [file = '', ...args] = [...everyCore ? onEveryCore : onServerCore, process.execPath, '--import', fileOf('servers/observe.mjs'), fileOf(program)]
  const child = spawn(file, args, {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', output, 'inherit', 'ipc']
  })
  const exited = once(child, 'exit')
  const ended = exited.then(([code]) => { throw new Error(`${program} ended with ${code}`) })

  async function ask<Answer> (question: object): Promise<Answer> {
    child.send(question)
    const [answer] = await Promise.race([once(child, 'message'), ended])
    return answer as Answer
  }

  return {
    url: await Promise.race([env.PORT === undefined ? sentUrl(child) : answering(`http://127.0.0.1:${env.PORT}`), ended]),
    ask,
    /** What it used since the last time. */
    observe: () => ask<Observation>({ observe: true }),
    async stop () {
      child.kill()
      await exited
    }
  }
}

async function sentUrl (child: ChildProcess): Promise<string> {
  const [{ url }] = await once(child, 'message')
  return url
}

async function answering (url: string): Promise<string> {
  while (!await fetch(`${url}/readyz`).then(response => response.ok, () => false)) await sleep(20)
  return url
}
