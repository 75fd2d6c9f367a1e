import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { chownSync, readdirSync } from 'node:fs'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { join } from 'node:path'
import { getuid } from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { environment, type Stage } from './stages.ts'

/** The user `node` of the base image; only root can become it, anybody else is without rank as it is. */
const nodeUser = getuid?.() === 0 ? { uid: 1000, gid: 1000 } : {}

/** A started image: its service on a free port of this machine. */
export interface RunningImage {
  url: string
  child: ChildProcess
  /** Exit code of its health check. */
  health (): number | null
}

/** Starts the command of a stage as its user. What it prints goes to standard error. */
export async function startImage (stage: Stage, settings: Record<string, string>): Promise<RunningImage> {
  const port = await freePort()
  const env = { ...environment(stage), ...settings, HOST: '127.0.0.1', PORT: String(port) }
  const [file = '', ...args] = stage.command
  const [checkFile = '', ...checkArgs] = stage.healthCommand
  const options = { cwd: join(stage.root, stage.workdir), env, ...nodeUser }
  return {
    url: `http://127.0.0.1:${port}`,
    child: spawn(file, args, { ...options, stdio: ['ignore', 2, 2] }),
    health: () => spawnSync(checkFile, checkArgs, options).status
  }
}

/** Waits until the health check is content. Throws if it is not after `patienceMs`, or if the service ends before. */
export async function waitForHealth ({ child, health }: RunningImage, patienceMs: number): Promise<void> {
  const deadline = Date.now() + patienceMs
  while (health() !== 0) {
    if (child.exitCode !== null || Date.now() > deadline) throw new Error('the image did not become healthy')
    await sleep(100)
  }
}

/** Lets the image's user reach the sockets of private servers, as a network would. */
export function openSockets (folder: string): void {
  const { uid, gid } = nodeUser
  if (uid === undefined || gid === undefined) return
  for (const path of ['.', ...readdirSync(folder, { recursive: true }).map(String)]) {
    if (path !== 'redis-server') chownSync(join(folder, path), uid, gid)
  }
}

async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
