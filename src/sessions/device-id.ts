import { createHmac } from 'node:crypto'
import type { Keyring } from './keyring.ts'

const HASH_BYTES = 16

export type DeviceIds = ReturnType<typeof createDeviceIds>

/** What is stored of the ids that clients give their devices: a keyed hash, which tells nobody the id or that two users have the same. */
export function createDeviceIds (keyring: Keyring) {
  const keys = keyring.subkeys('device')
  return {
    /** One for each key, that of the first key first: a session that was stored under another key is found while the keys roll over. */
    hashes: (userId: string, deviceId: string): string[] =>
      keys.map(key => createHmac('sha256', key).update(`${userId}:${deviceId}`).digest().toString('base64url', 0, HASH_BYTES))
  }
}
