import fastifyRedis from '@fastify/redis';
import fp from 'fastify-plugin';
import { createKeys } from "../store/keys.js";
import { createClient, waitUntilReady } from "../store/connect.js";
import { createEverybody } from "../store/everybody.js";
import { watchLink } from "../store/link.js";
import { preflight, warningTexts } from "../store/preflight.js";
const WARNINGS_LAST_MS = 10_000;
/**
 * Connects to Redis and decorates `app.redis`. The client is made and waited for here, with our own deadline:
 * @fastify/redis would wait until Fastify gives the plugin up.
 */
export default fp(async (app, { config }) => {
    const client = createClient(config.REDIS_URL);
    client.on('error', error => app.log.debug({ err: error }, 'redis connection'));
    await waitUntilReady(client);
    await app.register(fastifyRedis, { client });
    const [keys, timeoutMs] = [createKeys(config.KEY_PREFIX), config.REDIS_TIMEOUT_MS];
    const everybody = createEverybody({ client, keys, timeoutMs });
    app.decorate('everybody', everybody);
    const link = watchLink(client, {
        ask: everybody.read,
        timeoutMs,
        onChange: isUp => isUp ? app.log.info('redis answers again') : app.log.error('redis does not answer')
    });
    app.decorate('redisLink', link);
    app.addHook('onClose', async () => {
        link.close();
        await client.quit().catch(() => { });
        // After a quit the client still watches the Sentinels and goes on asking for them.
        client.disconnect();
    });
    const warnings = await preflight(client, keys);
    for (const warning of warnings)
        app.log.warn({ warning }, warningTexts[warning]);
    app.decorate('storeWarnings', keptFresh(() => preflight(client, keys), warnings));
}, { name: 'redis' });
/** Advice neither fails nor delays who asks whether the service is ready: a Redis that does not tell leaves the last known. */
function keptFresh(ask, warnings) {
    let [known, askedAtMs] = [warnings, Date.now()];
    return () => {
        if (Date.now() - askedAtMs > WARNINGS_LAST_MS) {
            askedAtMs = Date.now();
            ask().then(found => { known = found; }, () => { });
        }
        return known;
    };
}
//# sourceMappingURL=redis.js.map