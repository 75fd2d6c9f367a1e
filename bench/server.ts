import { spawn, type ChildProcess } from 'node:child_process'
import { openSync } from 'node:fs'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { onEveryCore, onServerCore, withoutCoreMs } from './cores.ts'

/** What a program says once it is up: where it is, and for a peer which header the load sends, the values of that of all who are logged in, and the body of one more login. */
interface Up { url: string, header?: string, credentials?: string[], login?: object }

export type MeasuredServer = Awaited<ReturnType<typeof startServer>>

export interface Observation {
  cpuMicroseconds: number
  loopDelayMs: { p99: number, max: number }
  /** Now. */
  rssBytes: number
}

const fileOf = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export interface ServerOptions {
  env?: NodeJS.ProcessEnv
  outputFile?: string
  /** Whether it may use all cores; otherwise it stays on the servers' one. */
  everyCore?: boolean
  /** Whether it stays where the bench is: for what asks servers. */
  beside?: boolean
  /** For Node. */
  flags?: string[]
}

/**
 * Starts a program in plain Node, with its output in a file. It is up when it has sent an `Up`, or,
 * if it listens on a port that is given, when /readyz answers there.
 */
export async function startServer (program: string, { env = {}, outputFile = '/dev/null', everyCore = false, beside = false, flags = [] }: ServerOptions = {}) {
  const output = openSync(outputFile, 'a')
  const [file = '', ...args] = [...beside ? [] : everyCore ? onEveryCore() : onServerCore(), process.execPath, ...flags, '--import', fileOf('servers/observe.mjs'), fileOf(program)]
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

  const up = await Promise.race([env.PORT === undefined ? firstMessage(child) : answering(`http://127.0.0.1:${env.PORT}`), ended])
  return {
    ...up,
    ask,
    /** What it used since the last time. */
    observe: () => ask<Observation>({ observe: true }),
    /** What a call of process.nextTick takes in it, ns. */
    tick: async () => (await ask<{ nanoseconds: number }>({ tick: true })).nanoseconds,
    /** Of its event loop (cores.ts), since it was started. */
    withoutCoreMs: () => withoutCoreMs(child.pid ?? NaN),
    async stop (signal: NodeJS.Signals = 'SIGTERM') {
      child.kill(signal)
      await exited
    }
  }
}

async function firstMessage (child: ChildProcess): Promise<Up> {
  const [up] = await once(child, 'message')
  return up
}

async function answering (url: string): Promise<Up> {
  while (!await fetch(`${url}/readyz`).then(response => response.ok, () => false)) await sleep(20)
  return { url }
}
