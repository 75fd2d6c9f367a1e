import { deviceTypes, type DeviceType } from '../sessions/devices/device.ts'
import type { SessionLimits } from '../sessions/policies/limits.ts'
import { MOST_SESSIONS, type RawConfig } from './schema.ts'

const TYPES: readonly string[] = deviceTypes

/** The session limits of a configuration. */
export function limitsOf (config: Pick<RawConfig, 'SESSION_LIMIT' | 'SESSION_LIMIT_BY_DEVICE_TYPE' | 'SESSION_LIMIT_POLICY'>): SessionLimits {
  return {
    max: config.SESSION_LIMIT,
    byDeviceType: new Map(entriesOf(config.SESSION_LIMIT_BY_DEVICE_TYPE) as Array<[DeviceType, number]>),
    policy: config.SESSION_LIMIT_POLICY
  }
}

/** What is wrong with a SESSION_LIMIT_BY_DEVICE_TYPE value, or null. */
export function limitsFault (text: string | undefined): string | null {
  const seen: string[] = []
  for (const [type, max] of entriesOf(text)) {
    if (!TYPES.includes(type) || !Number.isInteger(max) || max < 1 || max > MOST_SESSIONS) return `must be a comma-separated list of type:limit, each type one of ${TYPES.join(', ')} and each limit from 1 to ${MOST_SESSIONS}`
    if (seen.includes(type)) return `has the type ${type} twice`
    seen.push(type)
  }
  return null
}

function entriesOf (text = ''): Array<[type: string, max: number]> {
  return text.split(',').map(entry => entry.trim()).filter(entry => entry !== '').map(entry => {
    const [, type = '', max] = /^([^:]*):(\d{1,5})$/.exec(entry) ?? []
    return [type, Number(max)]
  })
}
