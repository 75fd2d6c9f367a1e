import Bowser from 'bowser'
import { remembered } from '../remembered.ts'

export const deviceTypes = ['desktop', 'mobile', 'tablet', 'tv', 'bot', 'unknown'] as const

export type DeviceType = typeof deviceTypes[number]

/** What a user agent says of itself: for people who look at a list, never for a decision. */
export interface Device {
  /** Family, such as `Chrome`; `unknown` if it does not say. */
  browser: string
  /** Such as `Windows`, `iOS`. */
  os: string
  type: DeviceType
}

/** What policies/capture.ts leaves of a browser's user agent, if it does not begin with one word that says as much. */
const families = new Set<string>(Object.values(Bowser.BROWSER_MAP))

/** Parsing takes about 50 µs, and the same few hundred texts come again and again. */
export const deviceOf = remembered(parse)

function parse (userAgent: string): Device {
  if (userAgent === '') return { browser: 'unknown', os: 'unknown', type: 'unknown' }
  if (families.has(userAgent)) return { browser: userAgent, os: 'unknown', type: 'unknown' }
  const { browser, os, platform } = Bowser.parse(userAgent)
  return { browser: browser.name || productOf(userAgent), os: os.name || 'unknown', type: typeOf(platform.type) }
}

/** What is no browser names itself first: `curl/8.5.0`, `okhttp/4.12`. */
function productOf (userAgent: string): string {
  return /^[A-Za-z][\w.-]{0,31}/.exec(userAgent)?.[0] ?? 'unknown'
}

function typeOf (platform: string | undefined): DeviceType {
  return deviceTypes.find(type => type === platform) ?? 'unknown'
}
