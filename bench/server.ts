import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { onServerCore } from './cores.ts'

export type MeasuredServer = Awaited<ReturnType<typeof startServer>>

export interface Observation {
  cpuMicroseconds: number
  loopDelayMs: { p99: number, max: number }
}

const pathOf = (name: string) => fileURLToPath(new URL(`./servers/${name}.mjs`, import.meta.url))

/** Starts servers/<name>.mjs in plain Node on its core; its log goes to a file, as in production to a pipe. */
export async function startServer (name: string, env: NodeJS.ProcessEnv = {}, logFile = '/dev/null') {
  const log = openSync(logFile, 'a')
  const [file = '', ...args] = [...onServerCore, process.execPath, '--import', pathOf('observe'), pathOf(name)]
  const child = spawn(file, args, {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', ...env },
    stdio: ['ignore', log, 'inherit', 'ipc']
  })
  const exited = once(child, 'exit')

  async function ask<Answer> (question: object): Promise<Answer> {
    child.send(question)
    const [answer] = await once(child, 'message')
    return answer as Answer
  }

  const [{ url }] = await Promise.race([once(child, 'message'), ended()])
  return {
    url: String(url),
    ask,
    /** What it used since the last time. */
    observe: () => ask<Observation>({ observe: true }),
    async stop () {
      child.kill()
      await exited
    }
  }

  async function ended (): Promise<never> {
    const [code] = await exited
    throw new Error(`the measured server ${name} ended with ${code}`)
  }
}
