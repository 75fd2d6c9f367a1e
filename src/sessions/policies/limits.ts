import type { Device } from '../devices/device.ts'
import { serviceError } from '../errors.ts'

/** What happens to a login over the limit: the session that was opened first, or unused for longest, ends for it; or it is refused. */
export type LimitPolicy = 'evict-oldest' | 'evict-idle' | 'deny'

/** How many live sessions a user may have. */
export interface SessionLimits {
  /** In all. */
  max: number
  /** On devices of one type, beside that. */
  byDeviceType: ReadonlyMap<Device['type'], number>
  policy: LimitPolicy
}

/** How many live sessions the user may have with a new one, in all and on devices of its type (null: as many), and who gives way. */
export interface NewSessionLimits { max: number, maxOfType: number | null, policy: LimitPolicy }

/** What is used of the limits. */
export interface Quota {
  used: number
  max: number
  policy: LimitPolicy
  byDeviceType: Map<Device['type'], { used: number, max: number }>
}

/** Of so many sessions on devices of each type. */
export function quotaOf ({ max, byDeviceType, policy }: SessionLimits, counts: ReadonlyMap<Device['type'], number>): Quota {
  return {
    used: [...counts.values()].reduce((sum, count) => sum + count, 0),
    max,
    policy,
    byDeviceType: new Map([...byDeviceType].map(([type, max]) => [type, { used: counts.get(type) ?? 0, max }]))
  }
}

/** What its refusal tells of a new session. */
interface Refused { limits: NewSessionLimits, deviceType: Device['type'], isGuarded?: boolean }

/** The refusal of a session that is over one of its limits. */
export function limitReached (over: 'max' | 'maxOfType', { limits, deviceType, isGuarded = false }: Refused) {
  const max = limits[over] as number
  const where = over === 'max' ? '' : ` on devices of the type ${deviceType}`
  const advice = isGuarded
    ? 'This device is not known, so its login ends none of them. Log in from a known one, or end one there.'
    : 'Log in again with endSessionId: the sessionId of one of them, which ends then.'
  return serviceError('session_limit_reached', `This account may have ${max} live session${max === 1 ? '' : 's'}${where}. ${advice}`,
    { extras: { max, ...(over === 'maxOfType' && { deviceType }) } })
}
