import { invalidSession } from "../alive.js";
import { serviceError } from "../errors.js";
/*
 * The young-session guard: whoever has stolen a password logs in on a device that the account does not know, and shall not be able
 * to throw the owner out at once. Such a session is marked when it is opened, and ends no older one before its user has
 * proven the password at a moment when the guard time was over. Until then the owner, whose sessions are older or on known devices, can end it.
 */
/** When a marked session may end older ones, if the password is proven then. */
const guardedUntilMs = ({ createdAtMs }, guardMs) => createdAtMs + guardMs;
/** Whether the password was proven when the guard time was over: then the mark means nothing any more. */
export function isProven(times, guardMs) {
    return times.authenticatedAtMs >= guardedUntilMs(times, guardMs);
}
/**
 * Judges sessions that are about to end others. Looking before acting loses no race: the mark and every createdAt stay as they are, who is
 * older stays older, what is opened meanwhile is younger, and a password that is proven meanwhile gives the session another id.
 * A `guardMs` of 0 asks nothing of anybody, and nothing of the store.
 */
export function createYoungSessions(store, guardMs) {
    return {
        /** @throws ServiceError `session_too_young`, `reauthentication_required` if that session is an older one of the same user */
        async assertMayEnd(session, id) {
            if (id === session.id || isProven(session.times, guardMs))
                return;
            const [own, other] = await Promise.all([store.explain(session.id), store.explain(id)]);
            const isOlder = other.state === 'alive' && other.facts.userId === session.userId && other.facts.times.createdAtMs < session.times.createdAtMs;
            assertGrown(own, isOlder, guardMs);
        },
        /** @throws ServiceError the same if the user has any older session */
        async assertMayEndAll(session) {
            if (isProven(session.times, guardMs))
                return;
            // No id comes before the empty one: sessions of the same millisecond are not older.
            const after = { createdAtMs: session.times.createdAtMs, id: '' };
            const [own, { sessions: [older] }] = await Promise.all([store.explain(session.id), store.list(session.userId, { limit: 1, after })]);
            assertGrown(own, older !== undefined, guardMs);
        }
    };
}
function assertGrown(own, endsOlder, guardMs) {
    // It may have ended since it was validated, or go on under another id.
    if (own.state !== 'alive')
        throw invalidSession();
    const { nowMs, facts: { isGuarded, times } } = own;
    if (!endsOlder || !isGuarded)
        return;
    const untilMs = guardedUntilMs(times, guardMs);
    throw nowMs < untilMs ? tooYoung(untilMs, nowMs) : unproven();
}
function tooYoung(untilMs, nowMs) {
    const seconds = String(Math.ceil((untilMs - nowMs) / 1000));
    return serviceError('session_too_young', `This session comes from a device that is not known, and is too young to end older ones, or to do what could end them. Prove the password with POST /session/reauthenticate in ${seconds} seconds or later, then repeat the request with the new sessionId.`, { extras: { guardedUntil: String(untilMs) }, headers: { 'retry-after': seconds } });
}
function unproven() {
    return serviceError('reauthentication_required', 'This session comes from a device that was not known. To end older ones, or to do what could end them, prove the password with POST /session/reauthenticate, then repeat the request with the new sessionId.');
}
/** The refusal of a login that names a session to end. */
export function endsNobody() {
    return serviceError('session_too_young', 'A login from a device that is not known ends no session of the account. Leave endSessionId out, or send the deviceToken of an earlier login.');
}
//# sourceMappingURL=young-session.js.map