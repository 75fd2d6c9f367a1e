import { isAnonymous } from "../sessions/anonymous.js";
import { deviceOf } from "../sessions/devices/device.js";
import { timesAnswer, timestamp } from "./schemas.js";
/** A session as its owner sees it. */
export function describeSession({ id, userId, times, ipAddress, userAgent, lastIpAddress, lastUserAgent, deviceType, isFlagged, lifetime, deviceName, capabilities }, currentId) {
    return { sessionId: id, ...timesAnswer(times), lifetime, ipAddress, userAgent, lastIpAddress, lastUserAgent, current: id === currentId, device: { ...deviceOf(userAgent), type: deviceType }, deviceName, capabilities, ...(isAnonymous({ userId }) && { anonymous: true }), ...(isFlagged && { flagged: true }) };
}
/** A session that has ended, as its owner sees it. */
export function describeEnded({ id, endedAtMs, reason, actor, createdAtMs, lastAccessedAtMs, lifetime, ipAddress, userAgent }) {
    return {
        sessionId: id,
        endedAt: timestamp(endedAtMs),
        reason,
        ...(actor !== undefined && { actor }),
        ...(createdAtMs !== undefined && { createdAt: timestamp(createdAtMs) }),
        ...(lastAccessedAtMs !== undefined && { lastAccessedAt: timestamp(lastAccessedAtMs) }),
        lifetime,
        ipAddress,
        userAgent,
        current: false,
        device: deviceOf(userAgent)
    };
}
//# sourceMappingURL=describe-session.js.map