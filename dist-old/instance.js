import { setTimeout as sleep } from 'node:timers/promises';
import { completedConfig } from "./embedded/completed-config.js";
import { startEmbedded } from "./embedded/index.js";
import { urlOf } from "./banner.js";
import { listenFailure } from "./listen-failure.js";
/** When no request has come for this long, clients have moved to another instance. */
const QUIET_MS = 300;
/** Draining ends at the latest after this time: a load balancer that asks /readyz every two seconds has noticed twice. */
const LONGEST_DRAIN_MS = 5000;
/** Connections that may wait to be accepted, as far as the system allows (net.core.somaxconn): of more that come at once, the system lets each wait for seconds. */
const BACKLOG = 4096;
/**
 * Starts what is not configured, then the service on it. Throws an Error whose message a person can act on; nothing is left running then.
 */
export async function startInstance(config, { logStream, tell }) {
    const asText = (_details, message) => tell(message);
    let log = { info: asText, error: asText };
    // Loaded while the servers start: each takes about as long as the other.
    const loading = import("./app.js");
    const parts = await startParts(config, { info: (...line) => log.info(...line), error: (...line) => log.error(...line) });
    try {
        const { buildApp } = await loading;
        const app = await buildApp(completedConfig(config, parts), { logStream });
        log = app.log;
        const url = await listen(app, config);
        return {
            url,
            async stop() {
                await drain(app, config.SHUTDOWN_SECONDS);
                await app.close();
                await parts.stop();
            }
        };
    }
    catch (error) {
        await parts.stop();
        throw error;
    }
}
async function startParts(config, log) {
    const [redis, postgres] = [config.REDIS_URL === undefined, config.DATABASE_URL === undefined];
    if (!redis && !postgres)
        return { stop: async () => { } };
    return startEmbedded({ dataDir: config.DATA_DIR, redis, postgres, installRedis: config.INSTALL_REDIS, log });
}
async function listen(app, { HOST, PORT }) {
    try {
        await app.listen({ host: HOST, port: PORT, backlog: BACKLOG });
    }
    catch (error) {
        await app.close();
        throw listenFailure(error, { variable: 'PORT', host: HOST, port: PORT });
    }
    return urlOf(app.server.address());
}
/**
 * Lets clients move away before the service stops listening: a connection that arrives in that very moment is reset, which
 * looks like a failure, while one that comes later is refused, which every load balancer takes to another instance.
 * What still runs then gets the other half of the time.
 */
async function drain(app, shutdownSeconds) {
    app.draining.start();
    const deadline = Date.now() + Math.min(LONGEST_DRAIN_MS, shutdownSeconds * 500);
    while (Date.now() < deadline && app.draining.quietMs() < QUIET_MS)
        await sleep(20);
}
//# sourceMappingURL=instance.js.map