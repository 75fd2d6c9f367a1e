import fp from 'fastify-plugin';
import { createCallerAdministration } from "../callers/administration.js";
import { createAssertions } from "../callers/assertion.js";
import { createCallers } from "../callers/callers.js";
import { createCallerRepository } from "../callers/repository.js";
import { createKeys } from "../store/keys.js";
import { createUsedAssertions } from "../store/used-assertions.js";
/** Who else may ask: other services, by their keys in PostgreSQL, or by what they sign with the other half of a public key there. */
export default fp(async (app, { config }) => {
    const repository = createCallerRepository(app.database);
    const callers = createCallers({ repository });
    const used = createUsedAssertions({
        client: app.redis,
        keys: createKeys(config.KEY_PREFIX),
        isAvailable: app.redisLink.isAvailable,
        timeoutMs: config.REDIS_TIMEOUT_MS
    });
    app.addHook('onClose', () => callers.close());
    app.decorate('callers', {
        authenticate: callers.authenticate,
        holderOf: callers.holderOf,
        authenticateByAssertion: createAssertions({ callers, used, audience: app.tokens.issuer }).authenticate,
        ...createCallerAdministration({ repository, onChange: callers.forget })
    });
}, { name: 'callers', dependencies: ['database', 'redis', 'tokens'] });
//# sourceMappingURL=callers.js.map