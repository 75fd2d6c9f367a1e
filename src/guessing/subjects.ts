import { createHmac } from 'node:crypto'
import type { Keyring } from '../sessions/keyring.ts'
import { canonicalEmail } from '../users/email.ts'
import { sourceOf } from './source.ts'

/** Characters of the hash: 128 bits in base64url. */
const LENGTH = 22

export type Subjects = ReturnType<typeof createSubjects>

/** Names of counters: keyed hashes, so that what is stored names nobody. The first key of the keyring decides them. */
export function createSubjects (keyring: Keyring) {
  const [key = ''] = keyring.subkeys('limiter')
  const hash = (text: string) => createHmac('sha256', key).update(text).digest('base64url').slice(0, LENGTH)
  return {
    account: (email: string) => hash(`account:${canonicalEmail(email)}`),
    device: (device: string) => hash(`device:${device}`),
    address: (address: string) => hash(`address:${sourceOf(address)}`)
  }
}
