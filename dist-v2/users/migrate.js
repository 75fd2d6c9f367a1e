import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import Postgrator from 'postgrator';
import { databaseError } from "./database-error.js";
/** Any fixed number will do, as long as nobody else locks the same one in this database. */
const advisoryLock = 7_305_611;
const migrations = fileURLToPath(new URL('./migrations', import.meta.url));
/** How long another instance that migrates is waited for; no statement of a migration may take much longer either. */
const LONGEST_LOCK_WAIT_MS = 60_000;
/**
 * Brings the schema up to date and returns how many migrations it applied. All of it is one transaction that begins by
 * taking an advisory lock: of two instances that start at once one applies, the other waits (at most a minute) and finds
 * nothing to do, and a crash half-way leaves nothing. An instance older than the schema changes nothing either, as
 * there are no undo files.
 * @throws ServiceError `users_unavailable` if PostgreSQL cannot be reached within 5 s, goes away, or does not answer a
 * statement a second after the longest wait for the lock
 */
export async function migrateUsers(connectionString, folder = migrations, lockWaitMs = LONGEST_LOCK_WAIT_MS) {
    const client = new pg.Client({ connectionString, connectionTimeoutMillis: 5000, query_timeout: lockWaitMs + 1000 });
    // A connection that breaks between two statements is told by the next one; without a listener it would end the process.
    client.on('error', () => { });
    return migrate(client, folder, lockWaitMs)
        .catch(failure => { throw databaseError(failure); })
        .finally(() => client.end());
}
async function migrate(client, folder, lockWaitMs) {
    await client.connect();
    await client.query(`BEGIN; SET LOCAL lock_timeout = ${lockWaitMs}; SELECT pg_advisory_xact_lock(${advisoryLock})`);
    const applied = await migrator(client, folder).migrate();
    await client.query('COMMIT');
    return applied.length;
}
function migrator(client, folder) {
    return new Postgrator({
        driver: 'pg',
        // the folder is a path, not a pattern: a checkout may have brackets in its name
        migrationPattern: join(folder.replace(/[?*()[\]{}]/g, '[$&]'), '*.sql'),
        schemaTable: 'users_schema_version',
        newline: 'LF',
        execQuery: statement => client.query(statement)
    });
}
//# sourceMappingURL=migrate.js.map