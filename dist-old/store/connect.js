import { Cluster, Redis } from 'ioredis';
import { parseListUrl } from "./list-url.js";
import { defineScripts } from "./scripts.js";
/** How long the first connection may take before the start is given up. */
const FIRST_CONNECTION_MS = 10_000;
/** How long a link that was asked something may stay silent before it is replaced. */
const SILENCE_MS = 1000;
/**
 * Options of a connection on an authentication path: nothing hangs, nothing waits in a queue, nothing is sent twice.
 * A command that was sent is answered or refused within `timeoutMs`; a link that is silent for a second is replaced (the
 * heartbeat of link.ts keeps a healthy one talking); the next attempt comes at once and then every 50 to 500 ms, jittered.
 */
function linkOptions(timeoutMs) {
    return {
        commandTimeout: timeoutMs,
        connectTimeout: SILENCE_MS,
        socketTimeout: SILENCE_MS,
        maxRetriesPerRequest: 0,
        autoResendUnfulfilledCommands: false,
        enableOfflineQueue: false,
        // ioredis would subscribe again by itself, and nobody would catch it if that link breaks too; change-feed.ts does it.
        autoResubscribe: false,
        maxLoadingRetryTime: 250,
        retryStrategy: attempt => retryDelayMs(attempt),
        // A demoted master answers READONLY: look for the new one. The command itself is not sent again.
        reconnectOnError: error => /^READONLY/.test(error.message)
    };
}
function retryDelayMs(attempt) {
    const longest = Math.min(500, 50 * attempt);
    return longest / 2 + Math.random() * longest / 2;
}
/**
 * A client for a REDIS_URL, with the scripts defined, not yet connected. Its own timeout is the last resort: who answers a
 * request gives up sooner (deadline.ts).
 */
export function createClient(url, timeoutMs = SILENCE_MS) {
    const client = clientFor(url, linkOptions(timeoutMs));
    defineScripts(client);
    return client;
}
function clientFor(text, options) {
    if (text.startsWith('unix://'))
        return new Redis({ ...options, path: text.slice('unix://'.length), lazyConnect: true });
    if (/^rediss?\+cluster:/.test(text))
        return clusterFor(parseListUrl(text, 6379), options);
    if (/^rediss?\+sentinel:/.test(text))
        return sentinelFor(parseListUrl(text, 26379), options);
    return new Redis(text, { ...options, lazyConnect: true });
}
function clusterFor({ nodes, password, username, tls }, options) {
    return new Cluster(nodes, {
        redisOptions: { ...options, password, username, tls },
        enableOfflineQueue: false,
        lazyConnect: true,
        scaleReads: 'master',
        slotsRefreshTimeout: 1000,
        retryDelayOnFailover: 100,
        retryDelayOnClusterDown: 100,
        maxRedirections: 4,
        clusterRetryStrategy: retryDelayMs
    });
}
function sentinelFor({ nodes, password, username, path, tls, query }, options) {
    const [name, db = '0'] = path.split('/');
    return new Redis({
        ...options,
        sentinels: nodes,
        name,
        db: Number(db),
        password,
        username,
        sentinelPassword: query.get('sentinelPassword') ?? undefined,
        tls,
        sentinelTLS: tls,
        enableTLSForSentinelMode: tls !== undefined,
        failoverDetector: true,
        sentinelRetryStrategy: retryDelayMs,
        sentinelCommandTimeout: 1000,
        lazyConnect: true
    });
}
/**
 * Resolves when the client is ready for commands.
 * @throws if that takes longer than `patienceMs`; the message says what to check. The client is closed then.
 */
export async function waitUntilReady(client, patienceMs = FIRST_CONNECTION_MS) {
    let lastError = new Error('no answer');
    const remember = (error) => { lastError = error; };
    client.on('error', remember);
    const deadline = Date.now() + patienceMs;
    client.connect().catch(remember);
    while (client.status !== 'ready') {
        if (Date.now() > deadline) {
            client.disconnect();
            throw new Error(`Redis is not reachable (${lastError.message}). Check REDIS_URL and that the server runs.`);
        }
        await new Promise(resolve => setTimeout(resolve, 20));
    }
    client.off('error', remember);
}
//# sourceMappingURL=connect.js.map