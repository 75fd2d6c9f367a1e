import { Gauge, collectDefaultMetrics } from 'prom-client';
import { withDeadline } from "../../store/deadline.js";
import { version } from "../../version.js";
/** How long a scrape waits for Redis: Prometheus gives up after 10 s, and a person looks at the other figures meanwhile. */
const COUNT_MS = 500;
/** What is asked when the figures are read: the state of the moment, the process and the event loop. */
export function registerState(registry, { isRedisUp, countLive, nearCache, countConnections }) {
    collectDefaultMetrics({ register: registry });
    const redisUp = new Gauge({
        name: 'session_service_redis_up',
        help: 'Whether the link to Redis is up: 1 or 0.',
        registers: [registry],
        collect: () => redisUp.set(Number(isRedisUp()))
    });
    const liveSessions = new Gauge({
        name: 'session_service_live_sessions',
        help: 'Live sessions of all users, on all instances. Left out when Redis does not tell in time.',
        registers: [registry],
        collect: () => withDeadline(COUNT_MS, countLive()).then(count => liveSessions.set(count), () => liveSessions.remove())
    });
    const nearCacheUp = new Gauge({
        name: 'session_service_near_cache_up',
        help: 'Whether verdicts are repeated from memory: 1; 0: Redis is asked each time, because news of changes is not known to arrive, or NEAR_CACHE_MS is 0.',
        registers: [registry],
        collect: () => nearCacheUp.set(Number(nearCache()?.isProven() ?? false))
    });
    const nearCacheEntries = new Gauge({
        name: 'session_service_near_cache_entries',
        help: 'Verdicts that are kept, outdated ones included; NEAR_CACHE_ENTRIES is the most.',
        registers: [registry],
        collect: () => nearCacheEntries.set(nearCache()?.size() ?? 0)
    });
    const liveConnections = new Gauge({
        name: 'session_service_live_connections',
        help: 'Sockets and streams of live events that are open to this instance.',
        registers: [registry],
        collect: () => liveConnections.set(countConnections())
    });
    const buildInfo = new Gauge({
        name: 'session_service_build_info',
        help: 'Always 1; the labels say what runs.',
        labelNames: ['version'],
        registers: [registry]
    });
    buildInfo.set({ version }, 1);
}
//# sourceMappingURL=state.js.map