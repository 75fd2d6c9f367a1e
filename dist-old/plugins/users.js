import { availableParallelism } from 'node:os';
import fp from 'fastify-plugin';
import { createAdministration } from "../users/administration.js";
import { demoUsers, ensureDemoUsers, refuseDemoUsers } from "../users/demo.js";
import { createHashUpgrade } from "../users/hash-upgrade.js";
import { createLogin } from "../users/login.js";
import { createPasswordChange } from "../users/password-change.js";
import { createPasswordHasher } from "../users/passwords/hasher.js";
import { createUserRepository } from "../users/repository.js";
import { atStart } from "./database.js";
import { unmeasured } from "./metrics/measured.js";
const DEFAULT_COST = 12;
const DEMO_COST = 10;
/** Longer than this nobody should wait for a login. */
const LONGEST_WAIT_MS = 8000;
/** PostgreSQL has answered a moment ago: a machine that is busy with starting may just be slow. */
const START_TRIES = 5;
/** Who may log in: the users in PostgreSQL, and hashing threads behind a bounded queue. */
export default fp(async (app, { config, measured = unmeasured }) => {
    const threads = config.HASH_THREADS ?? availableParallelism();
    const passwords = measured.passwords(createPasswordHasher({
        cost: config.BCRYPT_COST ?? DEFAULT_COST,
        threads,
        queueLimit: config.HASH_QUEUE_LIMIT,
        longestWaitMs: () => longestWaitMs(config.SHUTDOWN_SECONDS, app.draining.isOn)
    }), threads);
    app.addHook('onClose', () => passwords.close());
    const users = createUserRepository(app.database);
    const upgrade = createHashUpgrade({ users, passwords, costsFor: costsFrom(config), onError: err => app.log.debug({ err }, 'hash upgrade') });
    const { authenticate, prove } = createLogin({ users, passwords, onProven: upgrade });
    const demoPasswords = { hash: (password) => passwords.hash(password, config.BCRYPT_COST ?? DEMO_COST) };
    await atStart(async () => config.DEMO_USERS ? ensureDemoUsers(users, demoPasswords) : refuseDemoUsers(users, { authenticate }), START_TRIES);
    app.decorate('users', {
        authenticate,
        ...createPasswordChange({ users, passwords, prove }),
        administration: effects => createAdministration({ users, passwords, ...effects }),
        find: users.find,
        list: users.list,
        ping: users.ping
    });
}, { name: 'users', dependencies: ['draining', 'database'] });
/** Without BCRYPT_COST demo accounts keep the cost that they were made with. */
function costsFrom({ BCRYPT_COST, DEMO_USERS }) {
    const ids = DEMO_USERS ? demoUsers.map(({ id }) => id) : [];
    return ({ id }) => [BCRYPT_COST ?? DEFAULT_COST, ...ids.includes(id) ? [BCRYPT_COST ?? DEMO_COST] : []];
}
/**
 * How long a login may wait for a thread, so that a stop is over in time whenever the login came: what waits when it begins gets a
 * thread within six tenths of its time, what comes during it, which is for half of its time (instance.ts), within seven. The rest
 * is for the hashes that run and the one that is next, which take long on a busy machine.
 */
function longestWaitMs(shutdownSeconds, isDraining) {
    return Math.min(LONGEST_WAIT_MS, shutdownSeconds * (isDraining ? 200 : 600));
}
//# sourceMappingURL=users.js.map