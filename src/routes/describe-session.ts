import type { EndedSession } from '../sessions/activity.ts'
import { isAnonymous } from '../sessions/anonymous.ts'
import { deviceOf } from '../sessions/devices/device.ts'
import type { SessionDescription } from '../sessions/session.ts'
import { timesAnswer, timestamp } from './schemas.ts'

/** A session as its owner sees it. */
export function describeSession ({ id, userId, times, ipAddress, userAgent, lastIpAddress, lastUserAgent, deviceType, isFlagged, lifetime, deviceName, capabilities }: SessionDescription, currentId: string) {
  return { sessionId: id, ...timesAnswer(times), lifetime, ipAddress, userAgent, lastIpAddress, lastUserAgent, current: id === currentId, device: { ...deviceOf(userAgent), type: deviceType }, deviceName, capabilities, ...(isAnonymous({ userId }) && { anonymous: true }), ...(isFlagged && { flagged: true }) }
}

/** A session that has ended, as its owner sees it. */
export function describeEnded ({ id, endedAtMs, reason, actor, createdAtMs, lastAccessedAtMs, lifetime, ipAddress, userAgent }: EndedSession) {
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
    current: false as const,
    device: deviceOf(userAgent)
  }
}
