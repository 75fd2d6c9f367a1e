import { existsSync, readdirSync, realpathSync, rmSync, rmdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { clusterFolder } from './postgres/cluster.ts'
import { endOrphan } from './orphan.ts'
import { lockDataFolder } from './data-folder.ts'
import { postgresOrphan } from './postgres/server.ts'
import { redisOrphan } from './redis/server.ts'
import type { EmbeddedLog } from './log.ts'

/** All that the private parts keep in a data folder. The folder may be anything that DATA_DIR names, so nothing else is touched. */
const OURS = ['redis', 'redis.log', 'postgres', 'postgres.log', 'session-keys']

/** Removes the data of the private parts and the local key. Throws DataFolderBusyError while a service runs on them. */
export async function removeEmbedded (folder: string, log: EmbeddedLog): Promise<void> {
  const dataDir = resolve(folder)
  if (!existsSync(dataDir)) return
  const lock = lockDataFolder(dataDir, '')
  const home = existsSync(join(dataDir, 'postgres')) ? [realpathSync(join(dataDir, 'postgres'))] : []
  await endOrphan(redisOrphan(dataDir), log)
  for (const path of home) await endOrphan(postgresOrphan(clusterFolder(path)), log)
  for (const path of [...home, ...OURS.map((name) => join(dataDir, name))]) rmSync(path, { recursive: true, force: true })
  lock.release()
  if (readdirSync(dataDir).length === 0) rmdirSync(dataDir)
}
