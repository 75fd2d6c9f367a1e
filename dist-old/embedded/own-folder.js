import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
/** Thrown for a folder that somebody else may have made. The message says what to do. */
class ForeignFolderError extends Error {
    name = 'ForeignFolderError';
}
const MARK = '.session-service';
const MARK_TEXT = 'Data of a private server of session-service. npm run clean removes this folder.\n';
/**
 * Makes the folder of a private server, with mode 0700 and our mark in it, or finds it again. DATA_DIR may name any folder, /var/lib
 * for example, where `redis` and `postgres` are those of the system; one without our mark is neither used nor handed to another account.
 * Throws ForeignFolderError.
 */
export function makeOwnFolder(folder) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!findOwnFolder(folder))
        writeFileSync(join(folder, MARK), MARK_TEXT);
}
/** Whether a folder is ours; one that is empty or not there is nobody's yet. Throws ForeignFolderError if it is somebody else's. */
export function findOwnFolder(folder) {
    const names = existsSync(folder) ? readdirSync(folder) : [];
    if (names.length === 0)
        return false;
    if (!names.includes(MARK))
        throw foreign(folder);
    return true;
}
function foreign(folder) {
    return new ForeignFolderError(`${folder} holds data that this service has not put there (the file ${MARK} is missing). ` +
        `Choose another DATA_DIR, or move that folder away. If it is of an earlier version of this service: touch ${join(folder, MARK)}`);
}
//# sourceMappingURL=own-folder.js.map