import { deviceOf, type Device } from '../devices/device.ts'
import type { Origin } from '../session.ts'
import { bindingOf, LONGEST_USER_AGENT, networkOf } from '../devices/surroundings.ts'

/** How much of a fact about a person is kept: all of it, what it has in common with many others, or nothing. */
export type CaptureMode = 'full' | 'masked' | 'off'

export interface CaptureModes { address: CaptureMode, userAgent: CaptureMode }

export type Capture = ReturnType<typeof createCapture>

/** What is kept of where a request comes from. */
export function createCapture (modes: CaptureModes) {
  return {
    /** The facts themselves, for lists and the history. */
    origin: ({ ipAddress, userAgent }: Origin): Origin =>
      ({ ipAddress: capturedAddress(ipAddress, modes.address), userAgent: capturedUserAgent(userAgent, modes.userAgent) }),

    /** The type of the device, for limits and lists, unless nothing is kept. */
    deviceType: (userAgent: string): Device['type'] => deviceOf(modes.userAgent === 'off' ? '' : userAgent.slice(0, LONGEST_USER_AGENT)).type,

    /** What a session is bound to, a hash of each. Of what is off there is none. */
    binding: ({ ipAddress, userAgent }: Origin, device: string): string =>
      bindingOf(modes.address === 'off' ? '' : ipAddress, modes.userAgent === 'off' ? '' : userAgent, device)
  }
}

/** Masked: the network, `/24` of IPv4 and `/64` of IPv6. */
export function capturedAddress (address: string, mode: CaptureMode): string {
  return captured(address, mode, networkOf)
}

/** At most 512 characters. Masked: the family, such as `Chrome`. */
export function capturedUserAgent (userAgent: string, mode: CaptureMode): string {
  return captured(userAgent.slice(0, LONGEST_USER_AGENT), mode, text => deviceOf(text).browser)
}

function captured (text: string, mode: CaptureMode, masked: (text: string) => string): string {
  if (mode === 'off' || text === '') return ''
  return mode === 'full' ? text : masked(text)
}
