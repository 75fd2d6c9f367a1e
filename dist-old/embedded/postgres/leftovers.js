import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { clusterFolder } from "./cluster.js";
import { endOrphan } from "../orphan.js";
import { findOwnFolder } from "../own-folder.js";
import { removeStaleLock } from "./stale-lock.js";
/** On this signal PostgreSQL ends its connections, saves and stops ("fast shutdown"). */
export const STOP_SIGNAL = 'SIGINT';
/**
 * Ends a PostgreSQL that an earlier start left running on a data folder, and removes the lock of one that was killed. Only after that
 * do its files hold still, so nothing may touch them before. Answers with the folder that all of it is in, or null if there is none.
 * Throws ForeignFolderError.
 */
export async function clearPostgresLeftovers(dataDir, log) {
    const local = join(dataDir, 'postgres');
    if (!findOwnFolder(local))
        return null;
    const home = realpathSync(local);
    const folder = clusterFolder(home);
    await endOrphan({ name: 'PostgreSQL', pidFile: join(folder, 'postmaster.pid'), folder, stopSignal: STOP_SIGNAL }, log);
    await removeStaleLock(folder);
    return home;
}
//# sourceMappingURL=leftovers.js.map