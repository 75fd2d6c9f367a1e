import { hash } from 'node:crypto'
import ipaddr from 'ipaddr.js'
import { LRUCache } from 'lru-cache'
import { deviceOf } from './device.ts'

/** Where a request comes from, as far as it tells; '' where it does not, or where that is not to be captured. */
export interface Surroundings {
  /** Such as `203.0.113.0/24`, `2001:db8:1:2::/64`: whoever roams within it, or has a privacy address (RFC 8981), stays the same. */
  network: string
  /** Family and platform, such as `Chrome on Windows`: an update changes neither. */
  client: string
}

export type Signal = keyof Surroundings

const IPV4_BITS = 24
const IPV6_BITS = 64

/** The network of an address; IPv4 that is mapped into IPv6 is IPv4. */
export function networkOf (address: string): string {
  if (!ipaddr.isValid(address)) return ''
  const known = ipaddr.process(address)
  const bits = known.kind() === 'ipv4' ? IPV4_BITS : IPV6_BITS
  const kind = known.kind() === 'ipv4' ? ipaddr.IPv4 : ipaddr.IPv6
  return `${kind.networkAddressFromCIDR(`${known.toString()}/${bits}`).toString()}/${bits}`
}

export function clientOf (userAgent: string): string {
  if (userAgent === '') return ''
  const { browser, os } = deviceOf(userAgent)
  return `${browser} on ${os}`
}

export function surroundingsOf (address: string, userAgent: string): Surroundings {
  return { network: networkOf(address), client: clientOf(userAgent) }
}

/** The same few thousand come again and again, and a validation has no time to lose. */
const marks = new LRUCache<string, string>({ max: 10_000 })

/** 36 bits that tell two texts apart; no secret. */
function markOf (text: string): string {
  if (text === '') return ''
  const known = marks.get(text)
  if (known !== undefined) return known
  const mark = hash('sha256', text, 'base64url').slice(0, 6)
  marks.set(text, mark)
  return mark
}

/** What a session keeps of where it was opened, to compare with: 13 characters. */
export function boundTo ({ network, client }: Surroundings): string {
  return `${markOf(network)}.${markOf(client)}`
}

/** What is different now. What the session did not learn when it was opened is not compared. */
export function changedSignals (bound: string, seen: Surroundings): Signal[] {
  const [network = '', client = ''] = bound.split('.')
  const changed: Signal[] = []
  if (network !== '' && network !== markOf(seen.network)) changed.push('network')
  if (client !== '' && client !== markOf(seen.client)) changed.push('client')
  return changed
}
