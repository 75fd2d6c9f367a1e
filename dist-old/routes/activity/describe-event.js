import { deviceOf } from "../../sessions/devices/device.js";
import { timestamp } from "../schemas.js";
/** An event as the owner of its session sees it. */
export function describeEvent({ id, atMs, event, sessionId, details: { extendedUntilMs, userAgent, ...details } }) {
    return {
        id: String(id),
        at: timestamp(atMs),
        event,
        sessionId,
        details: {
            ...details,
            ...(extendedUntilMs !== undefined && { extendedUntil: timestamp(extendedUntilMs) }),
            ...(userAgent !== undefined && { userAgent, device: deviceOf(userAgent) })
        }
    };
}
//# sourceMappingURL=describe-event.js.map