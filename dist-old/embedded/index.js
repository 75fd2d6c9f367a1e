import { resolve } from 'node:path';
import { databaseUrl, startPostgres } from "./postgres/server.js";
import { findHolder, lockDataFolder } from "./data-folder.js";
import { makeRuntimeFolder, redisSocket, removeRuntimeFolder } from "./runtime-folder.js";
import { startRedis } from "./redis/server.js";
/**
 * Starts a private Redis and a private PostgreSQL side by side and keeps them running until `stop`. They die with this process.
 * Throws DataFolderBusyError, RedisMissingError, PostgresMissingError, or an Error with the end of the server's log; nothing is left running then.
 */
export async function startEmbedded(options) {
    const dataDir = resolve(options.dataDir);
    const runtimeFolder = makeRuntimeFolder();
    const lock = take(dataDir, runtimeFolder);
    const common = { dataDir, runtimeFolder, durable: options.durable ?? true, env: options.env ?? process.env, log: options.log };
    const starts = await Promise.allSettled([
        options.redis ? startRedis({ ...common, mayInstall: options.installRedis ?? true }) : null,
        options.postgres ? startPostgres(common) : null
    ]);
    const [redis, postgres] = starts.map((start) => start.status === 'fulfilled' ? start.value : null);
    const stop = () => release([redis, postgres], runtimeFolder, lock);
    const failed = starts.find((start) => start.status === 'rejected');
    if (failed !== undefined) {
        await stop();
        throw failed.reason;
    }
    if (lock.abandoned !== null)
        removeRuntimeFolder(lock.abandoned);
    const pids = () => ({ redis: redis?.pid(), postgres: postgres?.pid() });
    return { ...urls(runtimeFolder, options), pids, stop };
}
/** Where the servers of the process that holds a data folder are reached, or null when none holds it. */
export function findEmbedded(dataDir) {
    const holder = findHolder(resolve(dataDir));
    return holder === null ? null : { pid: holder.pid, ...urls(holder.runtimeFolder, { redis: true, postgres: true }) };
}
function urls(runtimeFolder, parts) {
    return {
        ...(parts.redis ? { redisUrl: `unix://${redisSocket(runtimeFolder)}` } : {}),
        ...(parts.postgres ? { databaseUrl: databaseUrl(runtimeFolder) } : {})
    };
}
function take(dataDir, runtimeFolder) {
    try {
        return lockDataFolder(dataDir, runtimeFolder);
    }
    catch (error) {
        removeRuntimeFolder(runtimeFolder);
        throw error;
    }
}
async function release(servers, runtimeFolder, lock) {
    await Promise.all(servers.map((server) => server?.stop()));
    removeRuntimeFolder(runtimeFolder);
    lock.release();
}
//# sourceMappingURL=index.js.map