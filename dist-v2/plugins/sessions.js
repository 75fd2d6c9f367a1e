import fp from 'fastify-plugin';
import { channelLimitsOf, lifetimesOf, limitsOf } from "../config.js";
import { OVERHEAD_BYTES } from "../near-cache/verdicts.js";
import { createCredentialIssuer } from "../sessions/credential.js";
import { createCursors } from "../sessions/cursor.js";
import { createDeviceIds } from "../sessions/devices/device-id.js";
import { createKeyring } from "../sessions/keyring.js";
import { longestOf } from "../sessions/policies/lifetimes.js";
import { createSessionService } from "../sessions/service.js";
import { createCall } from "../store/call.js";
import { createKeys } from "../store/keys.js";
import { createLiveCount } from "../store/live-count.js";
import { createRedisStore } from "../store/redis-store.js";
import { startUpkeep } from "../store/upkeep.js";
import { collectUses } from "../store/uses.js";
import { unmeasured } from "./metrics/measured.js";
import { nearCached } from "./near-cache.js";
/** The composition root: store, credentials and service from the configuration. */
export default fp(async (app, { config, measured = unmeasured }) => {
    const { beforeMs: everybodyBeforeMs, whenKnown, end: endEverybody, listen, heedNews } = app.everybody;
    const options = { client: app.redis, keys: createKeys(config.KEY_PREFIX), everybodyBeforeMs, ...optionsFrom(config) };
    const liveCount = createLiveCount(options);
    const upkeep = startUpkeep({ ...options, liveCount, onError: err => app.log.warn({ err }, 'upkeep of the store') });
    // A Redis that comes back, or another one in its place, may have lost what it had answered a moment before.
    app.redis.on('ready', upkeep.soon);
    listen(upkeep.deleteSoon);
    app.changes().listen(heedNews);
    const calling = { timeoutMs: options.timeoutMs, whenKnown, isAvailable: app.redisLink.isAvailable, onUnanswered: upkeep.soon };
    const uses = collectUses({ ...options, liveCount }, createCall(calling).call);
    app.addHook('onClose', async () => {
        await uses.close();
        app.redis.off('ready', upkeep.soon);
        await upkeep.close();
        await liveCount.close();
    });
    const redisStore = measured.redis.store(createRedisStore({ ...options, ...calling, liveCount, endEverybody, timed: measured.redis.validations }));
    const store = uses.around(nearCached(app, redisStore, config));
    const keyring = createKeyring(config.SESSION_KEYS);
    const [credentials, cursorsOf] = [createCredentialIssuer(keyring, rememberedCredentials(config)), createCursors(keyring)];
    app.decorate('sessionStore', store);
    app.decorate('liveCount', liveCount);
    app.decorate('cursorsOf', cursorsOf);
    app.decorate('sessions', createSessionService({ ...options, ...measured.validations({ store, credentials }), deviceIds: createDeviceIds(keyring), cursorsOf }));
}, { name: 'sessions', dependencies: ['redis', 'changes'] });
/** Of how many credentials at least it is remembered that their MAC was good: half of those whose verdicts are, which twice as many at most may be. */
function rememberedCredentials({ NEAR_CACHE_ENTRIES: entries, NEAR_CACHE_BYTES: bytes }) {
    return Math.ceil(Math.min(entries, bytes / OVERHEAD_BYTES) / 2);
}
/** What the configuration says to each part, in the part's words. */
function optionsFrom(config) {
    const lifetimes = lifetimesOf(config);
    const longestLifetimeMs = longestOf(lifetimes);
    return {
        timeoutMs: config.REDIS_TIMEOUT_MS,
        // The first half of a stop is for the clients that move away, some of the other for the requests that still run.
        closeMs: config.SHUTDOWN_SECONDS * 250,
        touchIntervalMs: config.TOUCH_INTERVAL_MS,
        rotateAfterMs: config.ROTATION_INTERVAL_SECONDS * 1000,
        graceMs: config.ROTATION_GRACE_SECONDS * 1000,
        lifetimes,
        limits: limitsOf(config),
        capture: { address: config.CAPTURE_ADDRESS, userAgent: config.CAPTURE_USER_AGENT },
        longestLifetimeMs,
        retentionMs: longestLifetimeMs,
        historyLimits: { entries: config.ACTIVITY_MAX_ENTRIES, retentionMs: config.ACTIVITY_RETENTION_SECONDS * 1000, endedMs: config.ENDED_SESSIONS_SECONDS * 1000 },
        dataLimits: { keys: config.DATA_MAX_KEYS, keyBytes: config.DATA_MAX_KEY_BYTES, valueBytes: config.DATA_MAX_VALUE_BYTES, bytes: config.DATA_MAX_BYTES },
        userDataMs: config.USER_DATA_SECONDS * 1000,
        leases: { limits: channelLimitsOf(config), leaseMs: config.LEASE_SECONDS * 1000 }
    };
}
//# sourceMappingURL=sessions.js.map