import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { chooseAccount, handOver } from "./account.js";
import { clearPostgresLeftovers, STOP_SIGNAL } from "./leftovers.js";
import { ensureCluster, ROLE } from "./cluster.js";
import { findPostgres } from "./binaries.js";
import { leash } from "../leash.js";
import { postgresHome, reachablePrograms } from "./home.js";
import { postgresSocketFolder } from "../runtime-folder.js";
import { supervise } from "../supervisor.js";
/** The connection string of a private PostgreSQL, for `pg`. */
export function databaseUrl(runtimeFolder, role = ROLE) {
    return `postgres://${role}@localhost/${ROLE}?host=${encodeURIComponent(postgresSocketFolder(runtimeFolder))}`;
}
/** Starts the private PostgreSQL on `<dataDir>/postgres`, reachable through its Unix socket alone. Throws PostgresMissingError, ForeignFolderError. */
export async function startPostgres(options) {
    const { dataDir, runtimeFolder, durable, log, account = chooseAccount(options.env) } = options;
    // Nothing else of our environment: PGDATA or PGOPTIONS of the person at the terminal are not meant for this server.
    const env = { PATH: options.env.PATH, LC_ALL: 'C' };
    await clearPostgresLeftovers(dataDir, log);
    const home = postgresHome(dataDir, account, env, options.elsewhere);
    const programs = reachablePrograms(options.programs ?? findPostgres(), home, account, env);
    const words = leash(STOP_SIGNAL, env);
    const folder = await ensureCluster({ home, programs, account, leash: words, durable, env });
    const sockets = makeSocketFolder(runtimeFolder, account);
    return supervise({
        name: 'PostgreSQL',
        command: [...account.prefix, ...words, join(programs, 'bin', 'postgres'), '-D', folder, ...settings(sockets, durable)],
        env,
        ...account.owner,
        logFile: join(dataDir, 'postgres.log'),
        stopSignal: STOP_SIGNAL,
        isReady: () => answersQuery(databaseUrl(runtimeFolder))
    }, log);
}
function makeSocketFolder(runtimeFolder, account) {
    const folder = postgresSocketFolder(runtimeFolder);
    mkdirSync(folder, { mode: 0o700 });
    handOver(account, folder);
    // Another account has to pass through the folder above to its own; it still sees nothing else there.
    if (account.owner !== undefined && account.owner.uid !== process.getuid?.())
        chmodSync(runtimeFolder, 0o711);
    return folder;
}
function settings(sockets, durable) {
    return Object.entries({
        listen_addresses: '',
        unix_socket_directories: sockets,
        unix_socket_permissions: '0700',
        shared_buffers: '32MB',
        // Its log is for why it stopped, not for what the service stores: neither statements nor the values in an error.
        log_min_error_statement: 'panic',
        log_error_verbosity: 'terse',
        ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' })
    }).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}
async function answersQuery(connectionString) {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: 1000 });
    client.on('error', () => { });
    const isReady = await client.connect().then(() => client.query('SELECT 1')).then(() => true, () => false);
    await client.end();
    return isReady;
}
//# sourceMappingURL=server.js.map