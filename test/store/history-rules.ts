import { idOf, pairs } from './record.ts'
import { told, type Check, type Room } from './rules.ts'
import type { StoredKey } from './snapshot.ts'

const DETAIL = ' (?:r|a|k|m|n|g|e|x|f|c|s|q|l|ip|b|wi|wb)=\\S+'
const ENTRY = new RegExp(`^\\d+ \\d+ [a-z_]+ [0-9a-f]{28}(?:${DETAIL})*$`)
const TOMBSTONE = /^at=\d+ r=[a-z_]+(?: (?:a|c|t|g|l|ip|b)=\S+)*(?: u=.+)?$/

/** A history is a list of entries that can be read, each younger than the one below it, and not more of them than are kept. */
export function activityFaults (key: StoredKey, most: number): string[] {
  const numbers = key.content.map(entry => Number(entry.split(' ')[0]))
  return told(key, [
    [key.type !== 'list', `is a ${key.type}`],
    [key.content.length > most, `has ${key.content.length} entries, more than ${most}`],
    ...key.content.map((entry): Check => [!ENTRY.test(entry), `has an entry that cannot be read: ${entry}`]),
    ...numbers.map((number, i): Check => [i > 0 && number >= Number(numbers[i - 1]), `has its entries out of order at ${i}`]),
    ...endsTwice(key.content).map((entry): Check => [true, `ends a session twice: ${entry}`])
  ])
}

/** Every end is one event. */
function endsTwice (entries: string[]): string[] {
  const ended = entries.flatMap(entry => / ended ([0-9a-f]{28})/.exec(entry)?.[1] ?? [])
  return ended.filter((hex, i) => ended.indexOf(hex) !== i)
}

/** A tombstone can be read and stands beside no session. */
export function tombstoneFaults (key: StoredKey, { sessions }: Room): string[] {
  return told(key, [
    [!TOMBSTONE.test(String(key.content[0])), `cannot be read: ${key.content[0]}`],
    [sessions.has(idOf(key.key)), 'stands beside its session']
  ])
}

export function causeFaults (key: StoredKey): string[] {
  return told(key, pairs(key.content).map(([userId, cause]): Check => [!/^[a-z_]+ [0-9a-f-]* (?:[0-9a-f]{28})?$/.test(cause), `says ${cause} for user ${userId}`]))
}
