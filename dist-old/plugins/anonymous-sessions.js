import fp from 'fastify-plugin';
import { createSubjects } from "../guessing/subjects.js";
import { retryHeaders } from "../guessing/too-many-attempts.js";
import { serviceError } from "../sessions/errors.js";
import { createKeyring } from "../sessions/keyring.js";
import { createFailureCounters } from "../store/failure-counters.js";
import { createKeys } from "../store/keys.js";
import { clientAddress } from "./http/client-address.js";
/** Bounds how many anonymous sessions one address may open, over all instances: each takes room in Redis, and nobody has to prove anything for it. */
export default fp(async (app, { config }) => {
    const { ANONYMOUS_SESSIONS_PER_ADDRESS: most, ANONYMOUS_SESSIONS_WINDOW_SECONDS: seconds } = config;
    const totals = createFailureCounters({ client: app.redis, keys: createKeys(config.KEY_PREFIX), isAvailable: app.redisLink.isAvailable, timeoutMs: config.REDIS_TIMEOUT_MS });
    const subjects = createSubjects(createKeyring(config.SESSION_KEYS));
    const budget = { failures: most, windowMs: seconds * 1000, longestWaitMs: 0 };
    async function count(request) {
        if (most === 0)
            throw serviceError('route_not_found', 'This service opens no sessions for who has not logged in (ANONYMOUS_SESSIONS_PER_ADDRESS is 0).');
        const address = clientAddress(request);
        // There is none on a Unix socket.
        if (address === '')
            return;
        const counter = { policy: 'anonymous', subject: subjects.address(address), budget };
        const { failures: opened, endsInMs } = await totals.add(counter, 1);
        if (opened <= most)
            return;
        throw serviceError('too_many_sessions', `From this address ${most} sessions have been opened without a login. Go on with one of them, or try again later.`, { headers: retryHeaders({ counter, waitMs: endsInMs }) });
    }
    app.decorate('anonymousSessions', { lifetime: config.ANONYMOUS_LIFETIME, count });
}, { name: 'anonymous-sessions', dependencies: ['redis'] });
//# sourceMappingURL=anonymous-sessions.js.map