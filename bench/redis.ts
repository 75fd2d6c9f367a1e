import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Redis } from 'ioredis'
import { leash } from '../src/embedded/leash.ts'
import { requireRedis } from '../src/embedded/redis/install.ts'
import { defineScripts } from '../src/store/scripts.ts'
import { withoutCoreMs } from './cores.ts'
import { log } from './log.ts'

export interface BenchRedis {
  url: string
  client: Redis
  /** Of the thread that runs commands (cores.ts). */
  withoutCoreMs: () => number
  stop: () => Promise<void>
}

/**
 * A Redis of the bench's own, set up as the service asks for (append-only file, no eviction), on TCP as most are. `more` is added to its settings;
 * `place` are words that put it on a core.
 */
export async function startRedis (folder: string, more: Record<string, string> = {}, place: string[] = []): Promise<BenchRedis> {
  const port = await freePort()
  mkdirSync(folder, { recursive: true })
  // Under this name, because Debian's redis-tools has the server as redis-check-rdb, and it goes by its name.
  const program = join(folder, 'redis-server')
  symlinkSync(requireRedis({ env: process.env, mayInstall: true, log }).path, program)
  const [file = '', ...args] = [...place, ...leash('SIGKILL', process.env), program, ...settings(port, folder, more)]
  const child = spawn(file, args, { stdio: 'ignore' })
  const exited = once(child, 'exit')

  const url = `redis://127.0.0.1:${port}`
  const client = new Redis(url, { enableAutoPipelining: true, retryStrategy: () => 20, maxRetriesPerRequest: null })
  client.on('error', () => { /* until it listens */ })
  defineScripts(client)
  const [, id = ''] = /^process_id:(\d+)/m.exec(await client.info('server')) ?? []
  return {
    url,
    client,
    withoutCoreMs: () => withoutCoreMs(id),
    async stop () {
      client.disconnect()
      child.kill('SIGKILL')
      await exited
    }
  }
}

/** Another one with all that is in it, set up as it. */
export async function copyRedis ({ client }: BenchRedis, folder: string): Promise<BenchRedis> {
  await client.save()
  const [, from = ''] = await client.config('GET', 'dir') as string[]
  mkdirSync(folder)
  copyFileSync(join(from, 'dump.rdb'), join(folder, 'dump.rdb'))
  const copy = await startRedis(folder, { '--appendonly': 'no' })
  // From its start on it would look for what it has in that file alone.
  await copy.client.config('SET', 'appendonly', 'yes')
  while (/^aof_rewrite_(in_progress|scheduled):1/m.test(await copy.client.info('persistence'))) await sleep(50)
  return copy
}

function settings (port: number, folder: string, more: Record<string, string>): string[] {
  return Object.entries({
    '--port': String(port),
    '--bind': '127.0.0.1',
    '--dir': folder,
    '--appendonly': 'yes',
    // A rewrite in the middle of a round would be measured with it.
    '--auto-aof-rewrite-percentage': '0',
    '--save': '',
    '--maxmemory-policy': 'noeviction',
    ...more
  }).flat()
}

/** Bytes, without what the allocator holds besides. */
export async function usedMemory (client: Redis): Promise<number> {
  const info = await client.info('memory')
  return Number(/^used_memory:(\d+)/m.exec(info)?.[1])
}

const SCRIPT_CALLS = /^(eval|evalsha|fcall)(_ro)?$/
/** What the service sends besides script calls: heartbeats of its connection and of its news. The scripts of a validation call neither. */
const BESIDE_SCRIPTS = /^(ping|publish)$/

/**
 * Commands that clients have sent since the server started, by INFO commandstats. That also counts what scripts call: of a server that has run
 * scripts, the script calls count and what is sent beside them (the figure of round trips sees by MONITOR that there is nothing else).
 */
export async function clientCommands (client: Redis): Promise<number> {
  const info = await client.info('commandstats')
  const calls = [...info.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name = '', count]) => ({ name, count: Number(count) })).filter(({ name }) => name !== 'info')
  const runsScripts = calls.some(({ name }) => SCRIPT_CALLS.test(name))
  const counted = runsScripts ? calls.filter(({ name }) => SCRIPT_CALLS.test(name) || BESIDE_SCRIPTS.test(name)) : calls
  return counted.reduce((sum, { count }) => sum + count, 0)
}

const given = new Set<number>()

/** A port that is free now, and was not given before: whoever got that may not listen yet. */
export async function freePort (): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  if (given.has(port)) return freePort()
  given.add(port)
  return port
}

/** How long Redis has worked on these commands (µs), also where scripts called them. */
export async function commandTime (client: Redis, names: string[]): Promise<number> {
  const info = await client.info('commandstats')
  return names.reduce((sum, name) => sum + Number(new RegExp(`^cmdstat_${name}:calls=\\d+,usec=(\\d+)`, 'm').exec(info)?.[1] ?? 0), 0)
}
