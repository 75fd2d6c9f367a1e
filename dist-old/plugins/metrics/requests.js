import { Counter } from 'prom-client';
import { routeOf } from "../http/methods.js";
import { createDurations } from "./durations.js";
/** A request that is answered within one call of Redis takes about a millisecond, a login a few hundred. */
const buckets = [0.002, 0.01, 0.05, 0.25, 1, 5];
/** Node reads about thirty more, of which no route has one. */
const methods = new Set(['GET', 'HEAD', 'OPTIONS', 'POST', 'PUT', 'PATCH', 'DELETE']);
const outcomes = {
    login_failed: 'refused',
    too_many_attempts: 'throttled',
    session_limit_reached: 'limited',
    login_busy: 'busy',
    internal_error: 'unavailable',
    users_unavailable: 'unavailable',
    store_unavailable: 'unavailable'
};
/** What an answered request adds to the figures. */
export function createRequestSeries(registry, countVerdict) {
    const durations = createDurations(registry, {
        name: 'session_service_http_request_duration_seconds',
        help: 'Time from a request until its answer is ready, by method, pattern of the route (unknown: none matched) and status.',
        buckets
    });
    const byRoute = new Map();
    /** Looked up with every request: no text is made of the three. */
    function seriesOf(method, route, status) {
        const byStatus = entryOf(entryOf(byRoute, route, () => new Map()), method, () => new Map());
        return entryOf(byStatus, status, () => durations({ method, route, status }));
    }
    const logins = new Counter({
        name: 'session_service_logins_total',
        help: 'Logins: success, refused (email, password or account), limited (no more sessions allowed), busy (too many wait), unavailable (Redis or PostgreSQL away, or a defect), rejected (the request was no login, or one that the young-session guard refused).',
        labelNames: ['outcome'],
        registers: [registry]
    });
    for (const outcome of ['success', 'rejected', ...Object.values(outcomes)])
        logins.inc({ outcome }, 0);
    const throttled = new Counter({
        name: 'session_service_invalid_credentials_throttled_total',
        help: 'Requests with an invalid credential that were answered 429, because too many of them came from one address.',
        registers: [registry]
    });
    return function add(request, { statusCode, refusal }, seconds) {
        const { method, session, routeOptions: { url, config } } = request;
        const route = routeOf(request, url) ?? 'unknown';
        seriesOf(methods.has(method) ? method : 'other', route, statusCode)(seconds);
        if (route === '/login' && method === 'POST')
            logins.inc({ outcome: outcomeOf(refusal?.code) });
        if (refusal?.code === 'no_session')
            countVerdict('none');
        // With a session, or without the need of one, it is a password that failed.
        if (refusal?.code === 'too_many_attempts' && session === null && config.public !== true)
            throttled.inc();
    };
}
/** What a map has under a key, and from the first time on what is made then. */
function entryOf(map, key, make) {
    const known = map.get(key);
    if (known !== undefined)
        return known;
    const made = make();
    map.set(key, made);
    return made;
}
function outcomeOf(code) {
    return code === undefined ? 'success' : outcomes[code] ?? 'rejected';
}
//# sourceMappingURL=requests.js.map