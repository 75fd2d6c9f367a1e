import { deviceOf } from './device.ts'
import { LONGEST_USER_AGENT, networkOf } from './surroundings.ts'

/** How much of a fact about a person is kept: all of it, what it has in common with many others, or nothing. */
export type Capture = 'full' | 'masked' | 'off'

export interface CaptureModes { address: Capture, userAgent: Capture }

/** Masked: the network, `/24` of IPv4 and `/64` of IPv6. */
export function capturedAddress (address: string, mode: Capture): string {
  return captured(address, mode, networkOf)
}

/** At most 512 characters. Masked: family, platform and type, such as `Chrome on Windows (desktop)`. */
export function capturedUserAgent (userAgent: string, mode: Capture): string {
  return captured(userAgent.slice(0, LONGEST_USER_AGENT), mode, text => {
    const { browser, os, type } = deviceOf(text)
    return `${browser} on ${os} (${type})`
  })
}

function captured (text: string, mode: Capture, masked: (text: string) => string): string {
  if (mode === 'off' || text === '') return ''
  return mode === 'full' ? text : masked(text)
}
