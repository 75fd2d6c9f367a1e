import type { ActivityEvent } from '../../sessions/activity.ts'
import { deviceOf } from '../../sessions/devices/device.ts'
import { timestamp } from '../schemas.ts'

/** An event as the owner of its session sees it. */
export function describeEvent ({ id, atMs, event, sessionId, details: { extendedUntilMs, userAgent, ...details } }: ActivityEvent) {
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
  }
}
