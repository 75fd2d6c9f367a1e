import { resolve } from 'node:path'
import { databaseUrl, startPostgres } from './postgres/server.ts'
import { findHolder, lockDataFolder } from './data-folder.ts'
import { makeRuntimeFolder, redisSocket, removeRuntimeFolder } from './runtime-folder.ts'
import { startRedis } from './redis/server.ts'
import type { DataFolderLock } from './data-folder.ts'
import type { EmbeddedLog } from './log.ts'
import type { SupervisedServer } from './supervisor.ts'

export interface EmbeddedOptions {
  /** The folder that keeps the data; held by one process at a time. */
  dataDir: string
  redis: boolean
  postgres: boolean
  /** False keeps nothing over a crash and is faster, for tests. Default true. */
  durable?: boolean
  /** Whether a missing Redis may be installed where that is possible. Default true. */
  installRedis?: boolean
  log: EmbeddedLog
  /** Where PATH comes from. Default: the environment of this process. */
  env?: NodeJS.ProcessEnv
}

/** Where private servers are reached. */
export interface EmbeddedUrls { redisUrl?: string, databaseUrl?: string }

export interface EmbeddedServers extends EmbeddedUrls {
  /** Pids of the moment, for tests that break them. */
  pids (): { redis?: number, postgres?: number }
  /** Stops them cleanly, their data saved, and lets go of the data folder. */
  stop (): Promise<void>
}

/**
 * Starts a private Redis and a private PostgreSQL side by side and keeps them running until `stop`. They die with this process.
 * Throws DataFolderBusyError, RedisMissingError, PostgresMissingError, or an Error with the end of the server's log; nothing is left running then.
 */
export async function startEmbedded (options: EmbeddedOptions): Promise<EmbeddedServers> {
  const dataDir = resolve(options.dataDir)
  const runtimeFolder = makeRuntimeFolder()
  const lock = take(dataDir, runtimeFolder)
  const common = { dataDir, runtimeFolder, durable: options.durable ?? true, env: options.env ?? process.env, log: options.log }
  const starts = await Promise.allSettled([
    options.redis ? startRedis({ ...common, mayInstall: options.installRedis ?? true }) : null,
    options.postgres ? startPostgres(common) : null
  ])
  const [redis, postgres] = starts.map((start) => start.status === 'fulfilled' ? start.value : null)
  const stop = (): Promise<void> => release([redis, postgres], runtimeFolder, lock)
  const failed = starts.find((start) => start.status === 'rejected')
  if (failed !== undefined) {
    await stop()
    throw failed.reason
  }
  if (lock.abandoned !== null) removeRuntimeFolder(lock.abandoned)
  const pids = (): { redis?: number, postgres?: number } => ({ redis: redis?.pid(), postgres: postgres?.pid() })
  return { ...urls(runtimeFolder, options), pids, stop }
}

/** Where the servers of the process that holds a data folder are reached, or null when none holds it. */
export function findEmbedded (dataDir: string): EmbeddedUrls & { pid: number } | null {
  const holder = findHolder(resolve(dataDir))
  return holder === null ? null : { pid: holder.pid, ...urls(holder.runtimeFolder, { redis: true, postgres: true }) }
}

function urls (runtimeFolder: string, parts: { redis: boolean, postgres: boolean }): EmbeddedUrls {
  return {
    ...(parts.redis ? { redisUrl: `unix://${redisSocket(runtimeFolder)}` } : {}),
    ...(parts.postgres ? { databaseUrl: databaseUrl(runtimeFolder) } : {})
  }
}

function take (dataDir: string, runtimeFolder: string): DataFolderLock {
  try {
    return lockDataFolder(dataDir, runtimeFolder)
  } catch (error) {
    removeRuntimeFolder(runtimeFolder)
    throw error
  }
}

async function release (servers: Array<SupervisedServer | null | undefined>, runtimeFolder: string, lock: DataFolderLock): Promise<void> {
  await Promise.all(servers.map((server) => server?.stop()))
  removeRuntimeFolder(runtimeFolder)
  lock.release()
}
