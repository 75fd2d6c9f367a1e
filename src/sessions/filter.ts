import ipaddr from 'ipaddr.js'
import type { DeviceType } from './devices/device.ts'
import type { SessionDescription } from './session.ts'

/** Which sessions are meant: those that are all of this. What is absent is not asked. */
export interface SessionFilter {
  deviceType?: DeviceType | undefined
  /** An address, or a network of them (`203.0.113.0/24`, `2001:db8::/32`), from where it was opened or last used. */
  address?: string | undefined
  /** Opened before that moment (ms). */
  openedBeforeMs?: number | undefined
  /** Not used since that moment (ms), to one touch interval. */
  unusedSinceMs?: number | undefined
  /** Used from elsewhere since its password was last proven. */
  flagged?: boolean | undefined
}

/** The network that a text names; a single address is one of its own. Null for what is neither: `203.0.113` is no short form of anything here. */
export function networkIn (text: string): [address: ipaddr.IPv4 | ipaddr.IPv6, bits: number] | null {
  const [start = ''] = text.split('/')
  if (!ipaddr.IPv6.isValid(start) && !ipaddr.IPv4.isValidFourPartDecimal(start)) return null
  if (start !== text) return ipaddr.isValidCIDR(text) ? ipaddr.parseCIDR(text) : null
  const address = ipaddr.process(text)
  return [address, address.kind() === 'ipv4' ? 32 : 128]
}

/** Whether a session is meant; made once for all that are looked at. */
export function fits ({ deviceType, address, openedBeforeMs = Infinity, unusedSinceMs = Infinity, flagged }: SessionFilter): (session: SessionDescription) => boolean {
  const network = address === undefined ? null : networkIn(address)
  const isWithin = (text: string): boolean => {
    if (network === null || !ipaddr.isValid(text)) return network === null
    const known = ipaddr.process(text)
    return known.kind() === network[0].kind() && known.match(network)
  }
  return session =>
    (deviceType === undefined || session.deviceType === deviceType) &&
    session.times.createdAtMs < openedBeforeMs &&
    session.times.lastAccessedAtMs < unusedSinceMs &&
    (flagged === undefined || session.isFlagged === flagged) &&
    (isWithin(session.ipAddress) || isWithin(session.lastIpAddress))
}
