import { readdirSync, rmSync, rmdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { clearPostgresLeftovers } from "./postgres/leftovers.js";
import { endOrphan } from "./orphan.js";
import { findOwnFolder } from "./own-folder.js";
import { lockDataFolder } from "./data-folder.js";
import { redisOrphan } from "./redis/server.js";
/** Beside the folders of the servers. */
const FILES = ['redis.log', 'postgres.log', 'session-keys'];
const FOLDERS = ['redis', 'postgres'];
/**
 * Removes the data of the private parts and the local key, and nothing else: DATA_DIR may name any folder. The files go only where
 * one of the folders is ours.
 * Throws DataFolderBusyError while a service runs on them, ForeignFolderError if a folder is not ours; nothing is removed then.
 */
export async function removeEmbedded(folder, log) {
    const dataDir = resolve(folder);
    const folders = FOLDERS.map((name) => join(dataDir, name)).filter(findOwnFolder);
    if (folders.length === 0)
        return;
    const lock = lockDataFolder(dataDir, '');
    await endOrphan(redisOrphan(dataDir), log);
    const home = await clearPostgresLeftovers(dataDir, log);
    const places = [...FILES.map((name) => join(dataDir, name)), ...(home === null ? [] : [home]), ...folders];
    for (const path of places)
        rmSync(path, { recursive: true, force: true });
    lock.release();
    if (readdirSync(dataDir).length === 0)
        rmdirSync(dataDir);
}
//# sourceMappingURL=remove.js.map