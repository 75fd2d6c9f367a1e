/** The store takes an instance of which it hears nothing to be there for four times as long. */
const LEASE_EVERY_MS = 1000;
/** Tells the others that this instance is there, and who has left it. What could not be told is told later. */
export function createAttendance({ log, listening }) {
    const leaving = [];
    let leaseAtMs = -Infinity;
    function leave(userId, sessionId) {
        if (listening.user(userId)?.sessions.has(sessionId) === true)
            return;
        log.leave(userId, sessionId).catch(() => leaving.push([userId, sessionId]));
    }
    return {
        leave,
        /** To be called often. An instance that others took to be gone says anew who is connected to it. */
        keep(nowMs) {
            if (nowMs < leaseAtMs)
                return;
            leaseAtMs = nowMs + LEASE_EVERY_MS;
            if (!listening.isEmpty()) {
                log.keepLease().then(hadLapsed => {
                    if (hadLapsed)
                        for (const user of listening.all())
                            user.renewAtMs = 0;
                }, () => { });
            }
            for (const [userId, sessionId] of leaving.splice(0))
                leave(userId, sessionId);
        }
    };
}
//# sourceMappingURL=attendance.js.map