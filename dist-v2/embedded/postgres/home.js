import { createHash } from 'node:crypto';
import { chmodSync, cpSync, existsSync, lstatSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { canReach, handOver } from "./account.js";
import { makeOwnFolder } from "../own-folder.js";
import { copyPostgres, linkLibraries } from "./binaries.js";
/** For accounts that cannot pass through the folders above the data. */
const ELSEWHERE = '/var/lib/session-service';
/**
 * The folder for all that belongs to PostgreSQL, owned by its account: `<dataDir>/postgres`, or, where the account cannot reach
 * that, a folder under /var/lib to which `<dataDir>/postgres` then is a link. Data that is already there moves along.
 * Throws ForeignFolderError.
 */
export function postgresHome(dataDir, account, env, elsewhere = ELSEWHERE) {
    const local = join(dataDir, 'postgres');
    if (isDangling(local))
        rmSync(local);
    makeOwnFolder(local);
    const home = realpathSync(local);
    handOver(account, home);
    if (canReach(account, home, env))
        return home;
    const place = join(elsewhere, createHash('sha256').update(home).digest('hex').slice(0, 12));
    mkdirSync(elsewhere, { recursive: true, mode: 0o755 });
    cpSync(home, place, { recursive: true });
    chmodSync(place, 0o700);
    handOver(account, place);
    rmSync(local, { recursive: true });
    symlinkSync(place, local);
    return place;
}
/** The programs, from a place where the account can run them: where they were installed, or a copy in its home. */
export function reachablePrograms(native, home, account, env) {
    if (linkLibraries(native) && canReach(account, join(native, 'bin', 'postgres'), env))
        return native;
    const copy = copyPostgres(native, home);
    handOver(account, copy);
    return copy;
}
function isDangling(path) {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined && !existsSync(path);
}
//# sourceMappingURL=home.js.map