import type { IndexedSession } from '../../src/store/index-members.ts'
import type { RedisClient } from '../../src/store/scripts.ts'
import { idOf, pairs } from './record.ts'
import type { StoredKey } from './snapshot.ts'

interface Member extends Partial<IndexedSession> { id: string, deviceCharacter?: string }

/** A member of an index (src/store/lua/includes/index.lua). */
export function memberOf ({ createdAtMs = 0, id, deviceType = 'unknown', deviceCharacter = '.' }: Member): Buffer {
  const createdAt = Buffer.alloc(6)
  createdAt.writeUIntBE(createdAtMs, 0, 6)
  return Buffer.concat([createdAt, Buffer.from(id.replaceAll('-', '').slice(4), 'hex'), Buffer.from(letterOf(deviceType) + deviceCharacter)])
}

/** How an index calls a device type. */
function letterOf (deviceType: string): string {
  return deviceType === 'tv' ? 'v' : deviceType.slice(0, 1)
}

/** The members of an index, soonest deadline first. */
export function membersOf (client: RedisClient, index: string): Promise<Buffer[]> {
  return client.zrangeBuffer(index, '0', '-1')
}

/** A session as an index has it. `rest` is the letter of the device type and the character of the device. */
export interface IndexEntry { id: string, createdAtMs: number, rest: string, scoreMs: number }

/** What an index says, from a snapshot. */
export function entriesOf ({ key, content }: StoredKey): IndexEntry[] {
  const tag = /\{.+?\}/.exec(key)?.[0]
  return pairs(content).map(([hex, score]) => ({
    id: idOf(`${tag}${hex.slice(12, 40)}`),
    createdAtMs: Number.parseInt(hex.slice(0, 12), 16),
    rest: Buffer.from(hex.slice(40), 'hex').toString(),
    scoreMs: Number(score)
  }))
}
