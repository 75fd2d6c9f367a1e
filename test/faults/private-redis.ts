import { once } from 'node:events'
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import type { Test } from 'tap'
import { leash } from '../../src/embedded/leash.ts'
import { requireRedis } from '../../src/embedded/redis/install.ts'
import { makeRuntimeFolder, redisSocket, removeRuntimeFolder } from '../../src/embedded/runtime-folder.ts'

type Command = [name: string, ...args: Array<string | number>]

export type Transport = 'unix' | 'tcp'

export type PrivateRedis = Awaited<ReturnType<typeof privateRedis>>

/** A Redis that a test may break: its own process, its own data with an append-only file, its own address. */
export async function privateRedis (t: Test, transport: Transport = 'unix', settings: string[] = []) {
  const folder = makeRuntimeFolder()
  const socket = redisSocket(folder)
  const port = transport === 'tcp' ? await freePort() : 0
  const program = serverProgram(folder)
  const data = join(folder, 'data')
  mkdirSync(data)
  const always = [
    '--port', String(port), '--bind', '127.0.0.1', '--unixsocket', socket, '--dir', data, '--appendonly', 'yes', '--save', '', '--loglevel', 'warning',
    ...settings
  ]
  let child: ChildProcess | undefined

  /** Resolves when it takes connections, with `loading` also while it refuses commands. */
  async function start ({ more = [], loading = false }: { more?: string[], loading?: boolean } = {}): Promise<void> {
    const [file = '', ...args] = [...leash('SIGKILL', process.env), program, ...always, ...more]
    child = spawn(file, args, { stdio: 'ignore' })
    // A test that fails before it comes to its teardown ends all the same; the leash then ends the server.
    child.unref()
    while (!await ask('PING').then(() => true, error => loading && /^LOADING/.test(String(error.message)))) await sleep(5)
  }

  /** One command on a connection of its own. */
  const ask = (...command: Command): Promise<unknown> => askAs('default', requiredPassword(settings), ...command)

  async function askAs (username: string, password: string | undefined, ...[name, ...args]: Command): Promise<unknown> {
    const account = password === undefined ? {} : { username, password }
    const client = new Redis({ path: socket, ...account, retryStrategy: () => null, enableReadyCheck: false })
    client.on('error', () => { /* the command tells it */ })
    return client.call(name, ...args).finally(() => client.disconnect())
  }

  async function end (signal: NodeJS.Signals): Promise<void> {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    child.ref()
    child.kill('SIGCONT')
    child.kill(signal)
    await once(child, 'exit')
  }

  await start()
  t.teardown(async () => {
    await end('SIGKILL')
    removeRuntimeFolder(folder)
  })
  return {
    url: transport === 'tcp' ? `redis://127.0.0.1:${port}` : `unix://${socket}`,
    folder: data,
    ask,
    askAs,
    start,
    stop: () => end('SIGTERM'),
    /** Once what it has answered is in its file: on a busy disk it holds that back for a second. */
    async kill () {
      while (!/aof_buffer_length:0\r/.test(String(await ask('INFO', 'persistence')))) await sleep(5)
      await end('SIGKILL')
    },
    freeze: () => { child?.kill('SIGSTOP') },
    thaw: () => { child?.kill('SIGCONT') }
  }
}

function requiredPassword (settings: string[]): string | undefined {
  const position = settings.indexOf('--requirepass')
  return position === -1 ? undefined : settings[position + 1]
}

/** Debian's redis-tools has the server as redis-check-rdb, which goes by the name it is called with. */
function serverProgram (folder: string): string {
  const { path } = requireRedis({ env: process.env, mayInstall: false, log: { info () {}, error () {} } })
  const program = join(folder, 'redis-server')
  symlinkSync(path, program)
  return program
}

/** A port that nobody listens on now. */
export async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}
