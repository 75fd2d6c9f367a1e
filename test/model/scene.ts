import fc from 'fast-check'
import type { Device } from '../../src/sessions/devices/device.ts'
import { DEFAULT_LIFETIME, longestOf, REMEMBER_ME, type Lifetimes } from '../../src/sessions/policies/lifetimes.ts'
import type { Settings } from './model.ts'

/** Two of them are in the same slot: their sessions lie side by side, and so do their end-alls. */
export const userIds = ['262', '542', '7']

/** User agents and what they have to be counted as. */
export const devices: Array<{ type: Device['type'], userAgent: string }> = [
  { type: 'desktop', userAgent: 'Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0' },
  { type: 'mobile', userAgent: 'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1.1 Mobile/15E148 Safari/604.1' },
  { type: 'tv', userAgent: 'Mozilla/5.0 (SMART-TV; Linux; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) Version/7.0 TV Safari/537.36' },
  { type: 'unknown', userAgent: '' }
]

const SECOND = 1000
const HOUR = 3600 * SECOND

export const lifetimes: Lifetimes = new Map([
  [DEFAULT_LIFETIME, { idleMs: HOUR, absoluteMs: 24 * HOUR }],
  [REMEMBER_ME, { idleMs: 14 * 24 * HOUR, absoluteMs: 30 * 24 * HOUR }],
  ['kiosk', { idleMs: 20 * SECOND, absoluteMs: 60 * SECOND }]
])

export const longestLifetimeMs = longestOf(lifetimes)

export const historyLimits = { entries: 50, retentionMs: 90 * 24 * HOUR, endedMs: 7 * 24 * HOUR }

/** Small, so that they are reached. */
export const dataLimits = { keys: 3, keyBytes: 8, valueBytes: 40, bytes: 64 }

export const settings: fc.Arbitrary<Settings> = fc.record({
  touchIntervalMs: fc.constantFrom(0, SECOND, 10 * SECOND),
  graceMs: fc.constantFrom(0, 30 * SECOND),
  rotateAfterMs: fc.constantFrom(0, 900 * SECOND)
})
