/** A session as its first validation sees it. */
export function openedSession(id, { userId, profile, binding }, times) {
    return { id, userId, profile, times, rotation: 'possible', binding, lastOrigin: null };
}
/** The moment from which the idle timeout may end the session: never earlier, at most one touch interval later. */
export function idleDeadlineMs(times) {
    return Math.max(times.lastAccessedAtMs + times.idleMs, times.extendedUntilMs);
}
/** The deadline that comes first. */
export function expiresAtMs(times) {
    return Math.min(idleDeadlineMs(times), times.absoluteDeadlineMs);
}
//# sourceMappingURL=session.js.map