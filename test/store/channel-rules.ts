import { pairs } from './record.ts'
import { told, type Check } from './rules.ts'
import type { StoredKey } from './snapshot.ts'

/** What is wrong with the channels of a user. */
export function channelFaults (key: StoredKey): string[] {
  return told(key, pairs(key.content).map(([name, value]): Check => [!isChannel(value), `says ${value} of ${name}`]))
}

/** No lease outlives the key, which goes with the last of them. */
export function leaseFaults (key: StoredKey): string[] {
  return told(key, pairs(key.content).map(([name, until]): Check =>
    [!/^[a-z][a-z0-9-]* [0-9a-f]{28}$/.test(name) || Number(until) > key.endsAtMs, `has a lease of ${name} until ${until}, and ends at ${key.endsAtMs}`]))
}

function isChannel (value: string): boolean {
  const [, state = ''] = /^\d+ \d+ (?:[0-9a-f]{28}|-) (.+)$/s.exec(value) ?? []
  try {
    JSON.parse(state)
    return true
  } catch {
    return false
  }
}
