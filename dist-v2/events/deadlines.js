/** How long before a deadline it is told: a minute, or a quarter of a shorter lifetime. */
const LEAD_MS = 60_000;
/** Clocks and timers are not exact: who comes too early looks again. */
const AGAIN_MS = 50;
const leadOf = (lifetimeMs) => Math.min(LEAD_MS, lifetimeMs / 4);
/** The deadlines of a session, and when each is to be told (ms of the store's clock). An idle deadline that is not before the absolute one is none. */
function warningsOf({ idleDeadlineMs, absoluteDeadlineMs, idleMs, lifetimeMs }) {
    const absolute = { deadline: { by: 'absolute', atMs: absoluteDeadlineMs }, fromMs: absoluteDeadlineMs - leadOf(lifetimeMs) };
    if (idleDeadlineMs >= absoluteDeadlineMs)
        return [absolute];
    return [{ deadline: { by: 'idle', atMs: idleDeadlineMs }, fromMs: idleDeadlineMs - leadOf(idleMs) }, absolute];
}
/** Deadlines that are near. */
export function nearDeadlines(lifespan) {
    return warningsOf(lifespan).filter(({ fromMs }) => fromMs <= lifespan.nowMs).map(({ deadline }) => deadline);
}
/** In how many milliseconds the next thing happens by itself to whoever came with that generation: until then nobody has to look, unless there is news. */
export function quietMs(lifespan, generation) {
    const { nowMs, endMs, graceEndMs } = lifespan;
    const moments = [endMs, ...generation < lifespan.generation ? [graceEndMs] : [], ...warningsOf(lifespan).map(({ fromMs }) => fromMs).filter(ms => ms > nowMs)];
    return Math.max(AGAIN_MS, Math.min(...moments) - nowMs);
}
/** Why a session has ended of which Redis knows nothing any more: judged by what was known of it last. */
export function likelyReason(lifespan, passedMs) {
    if (lifespan === null || lifespan.nowMs + passedMs < lifespan.endMs - 1000)
        return 'ended';
    return lifespan.endMs === lifespan.absoluteDeadlineMs ? 'expired_absolute' : 'expired_idle';
}
//# sourceMappingURL=deadlines.js.map