import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ChildProcess } from 'node:child_process'
import type { EmbeddedLog } from './log.ts'

/** A server program and how to deal with it. */
export interface ServerProgram {
  name: string
  /** The program and its arguments. */
  command: string[]
  env: NodeJS.ProcessEnv
  uid?: number
  gid?: number
  /** What it prints is appended here. */
  logFile: string
  /** The signal on which it saves its data and stops. */
  stopSignal: NodeJS.Signals
  /** How long it may take over that before it is killed. */
  patienceMs?: number
  /** How long it may take until it is ready. */
  readyMs?: number
  isReady (): Promise<boolean>
}

export interface SupervisedServer {
  /** The process of the moment; another one after a restart. */
  pid (): number | undefined
  /** Stops the server cleanly and for good. */
  stop (): Promise<void>
}

const READY_MS = 30_000
const PATIENCE_MS = 5000
const RESTART_PAUSE_MS = 250

/** Starts a server, resolves when it answers, and starts it again whenever it dies by itself. */
export async function supervise (program: ServerProgram, log: EmbeddedLog): Promise<SupervisedServer> {
  let child = launch(program)
  let stopping = false
  const stopNow = (): void => { signal(child, program.stopSignal) }
  await answers(program, child)
  process.on('exit', stopNow)
  const ended = keepAlive()

  async function keepAlive (): Promise<void> {
    for (;;) {
      await exit(child)
      if (stopping) return
      log.error({ exitCode: child.exitCode, signal: child.signalCode }, `${program.name} died, starting it again; see ${program.logFile}`)
      await sleep(RESTART_PAUSE_MS)
      if (!stopping) child = launch(program)
    }
  }

  return {
    pid: () => child.pid,
    async stop () {
      stopping = true
      await end(child, program)
      await ended
      process.off('exit', stopNow)
    }
  }
}

/** In a session of its own, so that Ctrl-C in the terminal reaches the service alone, which stops its servers last. */
function launch (program: ServerProgram): ChildProcess {
  const [file = '', ...args] = program.command
  const output = openSync(program.logFile, 'a', 0o600)
  const { env, uid, gid } = program
  const child = spawn(file, args, { env, uid, gid, detached: true, stdio: ['ignore', output, output] })
  closeSync(output)
  child.on('error', () => { /* told by answers(), which sees that there is no process */ })
  return child
}

async function answers (program: ServerProgram, child: ChildProcess): Promise<void> {
  const deadline = Date.now() + (program.readyMs ?? READY_MS)
  while (!await program.isReady()) {
    if (isDone(child) || Date.now() > deadline) {
      signal(child, 'SIGKILL')
      throw new Error(`${program.name} did not start. The end of ${program.logFile}:\n${tail(program.logFile)}`)
    }
    await sleep(10)
  }
}

async function end (child: ChildProcess, program: ServerProgram): Promise<void> {
  if (isDone(child)) return
  signal(child, program.stopSignal)
  const killing = setTimeout(() => signal(child, 'SIGKILL'), program.patienceMs ?? PATIENCE_MS)
  await exit(child)
  clearTimeout(killing)
}

/** Node passes a signal for a program that could not be started on to process 0, which is our whole process group. */
function signal (child: ChildProcess, name: NodeJS.Signals): void {
  if (!isDone(child)) child.kill(name)
}

async function exit (child: ChildProcess): Promise<void> {
  if (!isDone(child)) await once(child, 'exit')
}

function isDone (child: ChildProcess): boolean {
  return child.pid === undefined || child.exitCode !== null || child.signalCode !== null
}

function tail (file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-8).join('\n')
}
