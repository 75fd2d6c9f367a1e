import { deviceOf } from '../sessions/device.ts'
import type { SessionDescription } from '../sessions/session.ts'
import { timesAnswer } from './schemas.ts'

/** A session as its owner sees it. */
export function describeSession ({ id, times, ipAddress, userAgent, lifetime, deviceName, capabilities }: SessionDescription, currentId: string) {
  return { sessionId: id, ...timesAnswer(times), lifetime, ipAddress, userAgent, current: id === currentId, device: deviceOf(userAgent), deviceName, capabilities }
}
