import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { leash } from '../../src/embedded/leash.ts'
import { requireRedis } from '../../src/embedded/redis/install.ts'

const HOST = '127.0.0.1'

/** A Redis server of ours on loopback, and a connection to it. */
export type Node = Awaited<ReturnType<typeof startNode>>

/** Starts a server in a folder of its own; resolves when it answers. It dies with this process. */
export async function startNode (parent: string, settings: string[], mode: string[] = []) {
  const port = await freePort()
  const folder = join(parent, String(port))
  mkdirSync(folder)
  // Debian's redis-tools has the server as redis-check-rdb, which goes by the name it is called with.
  const program = join(folder, 'redis-server')
  symlinkSync(requireRedis({ env: process.env, mayInstall: true, log: { info: (_details, message) => console.error(message), error: console.error } }).path, program)
  const words = [program, ...mode, '--port', String(port), '--bind', HOST, '--dir', folder, '--save', '', '--loglevel', 'warning', ...settings]
  const [file = '', ...args] = [...leash('SIGKILL', process.env), ...words]
  const child = spawn(file, args, { stdio: 'ignore' })
  const client = new Redis(port, HOST, { retryStrategy: () => 20, maxRetriesPerRequest: null, enableReadyCheck: false })
  client.on('error', () => { /* until it listens */ })
  await Promise.race([client.ping(), once(child, 'exit').then(() => { throw new Error(`the Redis on port ${port} did not start`) })])
  return {
    port,
    address: `${HOST}:${port}`,
    client,
    async stop () {
      client.disconnect()
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL')
        await once(child, 'exit')
      }
    }
  }
}

/** Waits until that is so. */
export async function until (what: string, isSo: () => Promise<boolean>, withinMs = 20_000): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!await isSo().catch(() => false)) {
    if (Date.now() > deadline) throw new Error(`${what} did not happen within ${withinMs} ms`)
    await sleep(20)
  }
}

/**
 * A port that is free together with its cluster bus, 10,000 above. Both lie below the ephemeral ports (from 32,768 on), where the
 * system may give the bus's to a connection at any moment.
 */
async function freePort (): Promise<number> {
  for (;;) {
    const port = randomInt(12_000, 22_000)
    if (await isFree(port) && await isFree(port + 10_000)) return port
  }
}

function isFree (port: number): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer().once('error', () => resolve(false))
    server.listen(port, HOST, () => server.close(() => resolve(true)))
  })
}
