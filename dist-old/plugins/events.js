import { randomUUID } from 'node:crypto';
import fp from 'fastify-plugin';
import { createEventHub } from "../events/hub.js";
import { createReceipts } from "../events/receipts.js";
import { createTickets } from "../events/tickets.js";
import { createCall } from "../store/call.js";
import { createUserLog } from "../store/events/log.js";
import { createPresence } from "../store/events/presence.js";
import { createTicketStore } from "../store/events/tickets.js";
import { createKeys } from "../store/keys.js";
/** What users are told live. It costs nothing until one of them listens. */
export default fp(async (app, { config }) => {
    const { everybody, liveCount, redis: client, redisLink } = app;
    const { call } = createCall({ isAvailable: redisLink.isAvailable, whenKnown: everybody.whenKnown, timeoutMs: config.REDIS_TIMEOUT_MS });
    const options = {
        client,
        keys: createKeys(config.KEY_PREFIX),
        liveCount,
        instance: randomUUID(),
        touchIntervalMs: config.TOUCH_INTERVAL_MS,
        everybodyBeforeMs: everybody.beforeMs,
        graceMs: config.ROTATION_GRACE_SECONDS * 1000,
        historyLimits: { entries: config.ACTIVITY_MAX_ENTRIES, retentionMs: config.ACTIVITY_RETENTION_SECONDS * 1000, endedMs: config.ENDED_SESSIONS_SECONDS * 1000 }
    };
    const hub = createEventHub({
        log: createUserLog(options, call),
        news: app.changes,
        limits: { perSession: config.EVENTS_PER_SESSION, perUser: config.EVENTS_PER_USER },
        touchIntervalMs: config.TOUCH_INTERVAL_MS
    });
    everybody.listen(hub.doubtAll);
    app.decorate('events', {
        hub,
        receipts: createReceipts(app.changes),
        tickets: createTickets(createTicketStore(options, call)),
        presence: createPresence(options, call),
        heartbeatMs: config.EVENTS_HEARTBEAT_SECONDS * 1000
    });
    // Who listens would hold up the stop.
    app.addHook('preClose', async () => hub.close());
}, { name: 'events', dependencies: ['redis', 'changes', 'sessions'] });
//# sourceMappingURL=events.js.map