import fp from 'fastify-plugin';
import { createInvalidCredentials } from "../guessing/invalid-credentials.js";
import { createSubjects } from "../guessing/subjects.js";
import { tooManyAttempts } from "../guessing/too-many-attempts.js";
import { invalidSession } from "../sessions/alive.js";
import { createKeyring } from "../sessions/keyring.js";
import { createFailureCounters } from "../store/failure-counters.js";
import { createKeys } from "../store/keys.js";
import { clientAddress } from "./http/client-address.js";
/** Invalid credentials, counted by address. Only who sends one is ever refused: a neighbour behind the same address is not. */
export default fp(async (app, { config }) => {
    if (config.INVALID_CREDENTIALS_PER_ADDRESS === 0) {
        app.decorate('invalidCredential', invalidSession);
        return;
    }
    const invalidCredentials = createInvalidCredentials({
        totals: createFailureCounters({ client: app.redis, keys: createKeys(config.KEY_PREFIX), isAvailable: app.redisLink.isAvailable, timeoutMs: config.REDIS_TIMEOUT_MS }),
        subjects: createSubjects(createKeyring(config.SESSION_KEYS)),
        budget: { failures: config.INVALID_CREDENTIALS_PER_ADDRESS, windowMs: config.INVALID_CREDENTIALS_WINDOW_SECONDS * 1000, longestWaitMs: 0 }
    });
    app.addHook('onClose', () => invalidCredentials.close());
    app.decorate('invalidCredential', request => {
        const address = clientAddress(request);
        // There is none on a Unix socket.
        const refusal = address === '' ? null : invalidCredentials.count(address);
        return refusal === null ? invalidSession() : tooManyAttempts(refusal);
    });
}, { name: 'invalid-credentials', dependencies: ['redis'] });
//# sourceMappingURL=invalid-credentials.js.map