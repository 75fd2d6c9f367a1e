import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
const PREFIX = 'sessions-';
/** The address field of a Unix socket holds 104 bytes on macOS and 108 on Linux, the closing NUL included. */
const MAX_SOCKET_BYTES = 103;
/**
 * Makes the folder for the servers' sockets: new, of mode 0700 and ours, because whoever reaches a socket in it is trusted.
 * It lies in the system's temporary folder and not beside the data, whose path may be too long for a socket.
 */
export function makeRuntimeFolder(temporaryFolder = tmpdir()) {
    const longest = join(temporaryFolder, `${PREFIX}XXXXXX`, 'postgres', '.s.PGSQL.5432');
    const parent = Buffer.byteLength(longest) <= MAX_SOCKET_BYTES ? temporaryFolder : '/tmp';
    return mkdtempSync(join(parent, PREFIX));
}
/** Removes a runtime folder. The path may come from a file, so anything that does not look like one is left alone. */
export function removeRuntimeFolder(folder) {
    if (!basename(folder).startsWith(PREFIX))
        return;
    rmSync(folder, { recursive: true, force: true });
}
/** Where the Redis of a runtime folder listens. */
export function redisSocket(runtimeFolder) {
    return join(runtimeFolder, 'redis.sock');
}
/** The folder in which the PostgreSQL of a runtime folder puts its socket. */
export function postgresSocketFolder(runtimeFolder) {
    return join(runtimeFolder, 'postgres');
}
//# sourceMappingURL=runtime-folder.js.map