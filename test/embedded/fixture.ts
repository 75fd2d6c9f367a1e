import { spawn } from 'node:child_process'
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import pg from 'pg'
import root, { type Test } from 'tap'
import { startEmbedded } from '../../src/embedded/index.ts'
import { findRedis } from '../../src/embedded/redis/binary.ts'
import type { ChildProcess } from 'node:child_process'
import type { EmbeddedLog } from '../../src/embedded/log.ts'
import type { EmbeddedUrls } from '../../src/embedded/index.ts'

/** A folder that is removed after all else that the test has opened; `t.testdir()` goes first, under the feet of running servers. */
export function lastingFolder (t: Test): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'sessions-test-')))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

let template: Promise<string> | undefined

/** A data folder as a first start and a clean stop leave it: making a new one is most of what a start costs, so it is made once and copied. */
export async function preparedFolder (t: Test): Promise<string> {
  template ??= makeTemplate()
  const dataDir = lastingFolder(t)
  cpSync(await template, dataDir, { recursive: true })
  return dataDir
}

async function makeTemplate (): Promise<string> {
  const dataDir = lastingFolder(root)
  const servers = await startEmbedded({ dataDir, redis: true, postgres: true, log: recordingLog() })
  await servers.stop()
  return dataDir
}

/** Programs that a start needs, without setpriv: there the private servers outlive their owner. */
export const WITHOUT_LEASH = ['redis-server', 'unshare', 'test', 'true']

/** A log that keeps its messages. */
export function recordingLog (): EmbeddedLog & { messages: string[] } {
  const messages: string[] = []
  const note = (_details: object, message: string): void => { messages.push(message) }
  return { messages, info: note, error: note }
}

/** A PATH on which only these programs of the system are found. */
export function pathWith (folder: string, ...programs: string[]): string {
  mkdirSync(folder, { recursive: true })
  for (const program of programs) symlinkSync(whereIs(program), join(folder, program))
  return folder
}

/** Adds a shell script to a folder. */
export function addScript (folder: string, name: string, body: string): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`)
  chmodSync(join(folder, name), 0o755)
  return join(folder, name)
}

function whereIs (program: string): string {
  // The server may go by another name on this machine: Debian's redis-tools has it as redis-check-rdb only.
  if (program === 'redis-server') return findRedis(process.env).found?.path ?? program
  const places = (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, program))
  return places.find((place) => existsSync(place)) ?? program
}

/** One command on a private Redis. */
export async function askRedis (servers: EmbeddedUrls, ...command: [string, ...string[]]): Promise<unknown> {
  const redis = new Redis((servers.redisUrl ?? '').replace('unix://', ''), { retryStrategy: () => null })
  redis.on('error', () => { /* the command tells it */ })
  try {
    return await redis.call(...command)
  } finally {
    redis.disconnect()
  }
}

/** One statement on a private PostgreSQL; answers with the first column of its rows. */
export async function askPostgres (servers: EmbeddedUrls, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: servers.databaseUrl })
  client.on('error', () => { /* the query tells it */ })
  await client.connect()
  try {
    const { rows } = await client.query({ text: sql, rowMode: 'array' })
    return rows.map(([first]) => first)
  } finally {
    await client.end()
  }
}

export interface Owner extends EmbeddedUrls { process: ChildProcess, redis: number, postgres: number }

/** Another process that owns private servers (owner.ts). */
export async function startOwner (dataDir: string, env: NodeJS.ProcessEnv = process.env): Promise<Owner> {
  const program = fileURLToPath(new URL('owner.ts', import.meta.url))
  // The loaders of this process: another compiler would spoil the coverage of the files that both have run.
  const owner = spawn(process.execPath, [...process.execArgv, program, dataDir], { env, stdio: ['ignore', 'pipe', 'inherit'] })
  const [line] = await once(createInterface({ input: owner.stdout }), 'line')
  return { process: owner, ...JSON.parse(line) }
}
