import fp from 'fastify-plugin';
import { createDeviceTokens } from "../guessing/device-token.js";
import { createLoginThrottle } from "../guessing/login-throttle.js";
import { createSubjects } from "../guessing/subjects.js";
import { createKeyring } from "../sessions/keyring.js";
import { createFailureCounters } from "../store/failure-counters.js";
import { createKeys } from "../store/keys.js";
/** Failed logins, counted in Redis across all instances, and the tokens of devices that are counted by themselves. */
export default fp(async (app, { config }) => {
    const counters = createFailureCounters({
        client: app.redis,
        keys: createKeys(config.KEY_PREFIX),
        isAvailable: app.redisLink.isAvailable,
        timeoutMs: config.REDIS_TIMEOUT_MS
    });
    const keyring = createKeyring(config.SESSION_KEYS);
    const subjects = createSubjects(keyring);
    app.decorate('deviceTokens', createDeviceTokens({ keyring, lifetimeSeconds: config.DEVICE_TOKEN_SECONDS }));
    app.decorate('loginThrottle', createLoginThrottle({ counters, subjects, budgets: budgetsFrom(config) }));
}, { name: 'login-throttle', dependencies: ['redis'] });
function budgetsFrom(config) {
    const windowMs = config.LOGIN_WINDOW_SECONDS * 1000;
    const global = { failures: config.LOGIN_GLOBAL_FAILURES, windowMs, longestWaitMs: 0 };
    return {
        account: {
            failures: config.LOGIN_ACCOUNT_FAILURES,
            windowMs: config.LOGIN_ACCOUNT_WINDOW_SECONDS * 1000,
            longestWaitMs: config.LOGIN_ACCOUNT_WAIT_SECONDS * 1000
        },
        device: {
            failures: config.LOGIN_DEVICE_FAILURES,
            windowMs: config.LOGIN_DEVICE_WINDOW_SECONDS * 1000,
            longestWaitMs: config.LOGIN_DEVICE_WAIT_SECONDS * 1000
        },
        address: { failures: config.LOGIN_ADDRESS_FAILURES, windowMs, longestWaitMs: 0 },
        ...(global.failures > 0 && { global })
    };
}
//# sourceMappingURL=login-throttle.js.map