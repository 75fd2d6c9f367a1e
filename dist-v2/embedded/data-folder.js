import { linkSync, lstatSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identifyProcess } from "./process-identity.js";
/** Thrown when another living process works on the same data. The message says which one and what to do. */
export class DataFolderBusyError extends Error {
    name = 'DataFolderBusyError';
}
/**
 * Takes a data folder for this process, made with mode 0700 if absent. Redis has no lock of its own: a second server on
 * one folder opens the same file and ruins it, so everything that starts servers on a folder goes through here.
 */
export function lockDataFolder(dataDir, runtimeFolder) {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    const file = lockFile(dataDir);
    const own = JSON.stringify({ pid: process.pid, startedAt: identifyProcess(process.pid)?.startedAt, runtimeFolder });
    let abandoned = null;
    while (!createWhole(file, own)) {
        const found = read(file);
        const holder = parseHolder(found);
        if (holder !== null && isAlive(holder))
            throw busy(dataDir, holder);
        abandoned = holder?.runtimeFolder ?? abandoned;
        setAside(file, found);
    }
    return {
        abandoned,
        release() { if (read(file) === own)
            rmSync(file, { force: true }); }
    };
}
/** The living process that holds a data folder, or null. */
export function findHolder(dataDir) {
    const holder = parseHolder(read(lockFile(dataDir)));
    return holder !== null && isAlive(holder) ? holder : null;
}
const lockFile = (dataDir) => join(dataDir, 'lock');
function isAlive(holder) {
    return identifyProcess(holder.pid)?.startedAt === holder.startedAt;
}
/** Creates the file with its whole content or not at all, so that nobody ever reads a lock without its owner in it. */
function createWhole(file, content) {
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, content, { mode: 0o600 });
    const isOurs = linkIfFree(draft, file);
    rmSync(draft, { force: true });
    return isOurs;
}
function linkIfFree(existing, file) {
    try {
        linkSync(existing, file);
        return true;
    }
    catch (error) {
        /* c8 ignore next -- a file system without links, or one that just ran full */
        if (!isCode(error, 'EEXIST'))
            throw error;
        return false;
    }
}
/** Moves a stale lock out of the way; puts it back if what was moved is no longer the one that was judged. */
function setAside(file, judged) {
    const aside = `${file}.stale.${process.pid}`;
    // With DATA_DIR=/var it would be the system's /var/lock.
    if (lstatSync(file, { throwIfNoEntry: false })?.isFile() === false)
        throw new Error(`${file} is not the lock of this service. Choose another DATA_DIR.`);
    try {
        renameSync(file, aside);
        /* c8 ignore next 4 -- another starter was faster than our look; the next one decides */
    }
    catch (error) {
        if (isCode(error, 'ENOENT'))
            return;
        throw error;
    }
    /* c8 ignore next -- only if another starter took the stale lock over between our look and our move */
    if (read(aside) !== judged)
        linkIfFree(aside, file);
    rmSync(aside, { force: true });
}
function read(file) {
    try {
        return readFileSync(file, 'utf8');
    }
    catch {
        return null;
    }
}
function parseHolder(text) {
    try {
        const { pid, startedAt, runtimeFolder } = JSON.parse(text ?? '');
        if (typeof pid !== 'number' || typeof startedAt !== 'string' || typeof runtimeFolder !== 'string')
            return null;
        return { pid, startedAt, runtimeFolder };
    }
    catch {
        return null;
    }
}
function busy(dataDir, holder) {
    return new DataFolderBusyError(`The data in ${dataDir} is in use by the service that runs as process ${holder.pid}. ` +
        `Stop that one first (Ctrl-C in its terminal, or: kill ${holder.pid}), or start this one with another DATA_DIR and PORT.`);
}
function isCode(error, code) {
    return error instanceof Error && 'code' in error && error.code === code;
}
//# sourceMappingURL=data-folder.js.map