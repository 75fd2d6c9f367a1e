import { readdirSync, rmSync, rmdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { clearPostgresLeftovers } from './postgres/leftovers.ts'
import { endOrphan } from './orphan.ts'
import { findOwnFolder } from './own-folder.ts'
import { lockDataFolder } from './data-folder.ts'
import { redisOrphan } from './redis/server.ts'
import type { EmbeddedLog } from './log.ts'

/** Beside the folders of the servers. */
const FILES = ['redis.log', 'postgres.log', 'session-keys']
const FOLDERS = ['redis', 'postgres']

/**
 * Removes the data of the private parts and the local key, and nothing else: DATA_DIR may name any folder. The files go only where
 * one of the folders is ours.
 * Throws DataFolderBusyError while a service runs on them, ForeignFolderError if a folder is not ours; nothing is removed then.
 */
export async function removeEmbedded (folder: string, log: EmbeddedLog): Promise<void> {
  const dataDir = resolve(folder)
  const folders = FOLDERS.map((name) => join(dataDir, name)).filter(findOwnFolder)
  if (folders.length === 0) return
  const lock = lockDataFolder(dataDir, '')
  await endOrphan(redisOrphan(dataDir), log)
  const home = await clearPostgresLeftovers(dataDir, log)
  const places = [...FILES.map((name) => join(dataDir, name)), ...(home === null ? [] : [home]), ...folders]
  for (const path of places) rmSync(path, { recursive: true, force: true })
  lock.release()
  if (readdirSync(dataDir).length === 0) rmdirSync(dataDir)
}
