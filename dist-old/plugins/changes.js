import fp from 'fastify-plugin';
import { watchChanges } from "../store/change-feed.js";
import { createKeys } from "../store/keys.js";
import { createSubscriber } from "../store/subscriber.js";
export default fp(async (app, { config }) => {
    let changes;
    app.decorate('changes', () => {
        changes ??= watchChanges({
            client: app.redis,
            keys: createKeys(config.KEY_PREFIX),
            subscriber: createSubscriber(app.redis),
            onRefused: err => app.log.warn({ err }, 'no news of changes comes: validations ask Redis each time as if NEAR_CACHE_MS were 0, a log-out of everybody elsewhere is known a quarter of a second later, and the feed of revocations is behind. The user of Redis needs +publish, +subscribe and the channels that docs/operating.md names')
        });
        return changes;
    });
    app.addHook('onClose', async () => changes?.close());
}, { name: 'changes', dependencies: ['redis'] });
//# sourceMappingURL=changes.js.map