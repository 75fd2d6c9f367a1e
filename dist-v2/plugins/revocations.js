import fp from 'fastify-plugin';
import { createRevocationFeed } from "../revocations/feed.js";
import { createCall } from "../store/call.js";
import { createKeys } from "../store/keys.js";
import { startMover } from "../store/revocations/mover.js";
import { createOutboxes } from "../store/revocations/outboxes.js";
import { createRevocationStream } from "../store/revocations/stream.js";
/** What other services are told of ends. It costs nothing until one of them asks. */
export default fp(async (app, { config }) => {
    const [client, keys] = [app.redis, createKeys(config.KEY_PREFIX)];
    const { call } = createCall({ isAvailable: app.redisLink.isAvailable, timeoutMs: config.REDIS_TIMEOUT_MS });
    const [outboxes, stream] = [createOutboxes(client, keys, call), createRevocationStream({ client, keys }, call)];
    const feed = createRevocationFeed({
        log: stream,
        activate(onNews) {
            const changes = app.changes();
            changes.onRevocations(onNews);
            return startMover({ outboxes, stream, changes, onError: err => app.log.warn({ err }, 'the feed of revocations is behind') }).stop;
        }
    });
    app.decorate('revocations', feed);
    // Who reads would hold up the stop.
    app.addHook('preClose', () => feed.close());
}, { name: 'revocations', dependencies: ['redis', 'changes'] });
//# sourceMappingURL=revocations.js.map