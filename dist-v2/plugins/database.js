import fp from 'fastify-plugin';
import { ServiceError } from "../sessions/errors.js";
import { watchDatabase } from "../users/database-watch.js";
import { createUserDatabase } from "../users/database.js";
import { migrateUsers } from "../users/migrate.js";
import { unmeasured } from "./metrics/measured.js";
/** PostgreSQL, migrated: users, and the keys of other services. */
export default fp(async (app, { config, measured = unmeasured }) => {
    const database = measured.postgres(createUserDatabase(config.DATABASE_URL, {
        timeoutMs: config.DATABASE_TIMEOUT_MS, onError: err => app.log.debug({ err }, 'postgres connection')
    }));
    app.addHook('onClose', () => database.close());
    await atStart(() => migrateUsers(config.DATABASE_URL));
    app.decorate('database', watchDatabase(database, {
        onOutage: err => app.log.error({ err }, 'postgres does not answer'),
        onReturn: () => app.log.info('postgres answers again')
    }));
}, { name: 'database' });
/** Does what the start needs of PostgreSQL, at most so many times; then "try again in a moment" is no help. */
export async function atStart(act, tries = 1) {
    try {
        return await act();
    }
    catch (error) {
        if (!(error instanceof ServiceError))
            throw error;
        if (tries > 1)
            return atStart(act, tries - 1);
        throw new Error('PostgreSQL is not reachable. Check DATABASE_URL and that the server runs.', { cause: error.cause });
    }
}
//# sourceMappingURL=database.js.map