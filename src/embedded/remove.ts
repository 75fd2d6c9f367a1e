import { existsSync, readdirSync, rmSync, rmdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { clearPostgresLeftovers } from './postgres/leftovers.ts'
import { endOrphan } from './orphan.ts'
import { lockDataFolder } from './data-folder.ts'
import { redisOrphan } from './redis/server.ts'
import type { EmbeddedLog } from './log.ts'

/** All that the private parts keep in a data folder. The folder may be anything that DATA_DIR names, so nothing else is touched. */
const OURS = ['redis', 'redis.log', 'postgres', 'postgres.log', 'session-keys']

/** Removes the data of the private parts and the local key. Throws DataFolderBusyError while a service runs on them. */
export async function removeEmbedded (folder: string, log: EmbeddedLog): Promise<void> {
  const dataDir = resolve(folder)
  if (!existsSync(dataDir)) return
  const lock = lockDataFolder(dataDir, '')
  await endOrphan(redisOrphan(dataDir), log)
  const home = await clearPostgresLeftovers(dataDir, log)
  const places = OURS.map((name) => join(dataDir, name))
  for (const path of home === null ? places : [home, ...places]) rmSync(path, { recursive: true, force: true })
  lock.release()
  if (readdirSync(dataDir).length === 0) rmdirSync(dataDir)
}
