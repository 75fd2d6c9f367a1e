import { createHash, createHmac, hash, randomBytes, timingSafeEqual } from 'node:crypto'
import { v4 as uuidv4 } from 'uuid'
import type { Keyring } from './keyring.ts'
import { remembered } from './remembered.ts'
import type { Told } from './session.ts'

/**
 * The bearer credential, `<id>.<generation>.<proof>`.
 *
 *   id          uuid in v4 form; its first four hex digits are the user's slot tag. Public: it opens nothing.
 *   generation  decimal without a leading zero, +1 at every rotation.
 *   proof       base64url of 48 bytes: secret (16 random bytes, the same for all generations)
 *               and HMAC-SHA-256(K, id "." generation "." secret).
 *
 * The MAC refuses forgeries without the store and lets every racer derive the same successor; the secret, of which the
 * store holds 8 bytes of SHA-256, means that neither a dump nor a leaked K opens anything.
 */
export interface Credential {
  id: string
  generation: number
  /** The first 8 bytes of SHA-256(secret) as a signed number in decimal, which Redis keeps in 8 bytes: what the store compares. */
  secretDigest: string
  /** What the store keeps with it, as long as it is remembered that its MAC was good (store/replies.ts). */
  told?: Told
}

export interface IssuedCredential extends Credential {
  /** The whole credential, given to the client once and kept nowhere. */
  text: string
}

const SECRET_BYTES = 16
const PROOF_BYTES = 48
const DIGEST_BYTES = 8

/** The only spelling there is: lower-case hex, no padding, 48 bytes fill 64 base64url characters without spare bits. */
const SYNTAX = /^([0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})\.([1-9][0-9]{0,8})\.([A-Za-z0-9_-]{64})$/

export type CredentialIssuer = ReturnType<typeof createCredentialIssuer>

/** Issues and checks credentials; touches no store. `remembers` is of how many at least it remembers that their MAC was good. */
export function createCredentialIssuer (keyring: Keyring, remembers?: number) {
  const keys = keyring.subkeys('credential')
  const [signingKey = Buffer.alloc(0)] = keys

  function issue (id: string, generation: number, secret: Buffer): IssuedCredential {
    const text = `${id}.${generation}.${proofOf(signingKey, id, generation, secret)}`
    return { id, generation, secretDigest: digestOf(secret), text }
  }

  return {
    /** A new session's credential, generation 1, with an id in the slot of that user. */
    open: (userId: string) => issue(newId(userId), 1, randomBytes(SECRET_BYTES)),

    /** The credential of that text, or null if it is malformed or its MAC was made by none of the keys. */
    parse: remembered((text): Credential | null => {
      const [, id, decimal, proof] = SYNTAX.exec(text) ?? []
      if (id === undefined || decimal === undefined || proof === undefined) return null
      const generation = Number(decimal)
      const bytes = Buffer.from(proof, 'base64url')
      const secret = bytes.subarray(0, SECRET_BYTES)
      const mac = bytes.toString('base64url', SECRET_BYTES)
      if (!keys.some(key => sameText(macOf(key, id, generation, secret), mac))) return null
      return { id, generation, secretDigest: digestOf(secret) }
    }, remembers),

    /** The next generation of a credential that `parse` accepted: the same text for everyone who asks. */
    successor (text: string): IssuedCredential | null {
      const credential = this.parse(text)
      if (credential === null) return null
      const secret = Buffer.from(text.slice(text.lastIndexOf('.') + 1), 'base64url').subarray(0, SECRET_BYTES)
      return issue(credential.id, credential.generation + 1, secret)
    }
  }
}

/** The user's slot tag: the first 4 hex digits of SHA-256(`session-tag:v1:` + user id). No key, never changes. */
export function tagOf (userId: string): string {
  return createHash('sha256').update(`session-tag:v1:${userId}`).digest('hex').slice(0, 4)
}

/** The slot tag of the user whose session that is: an id begins with it. */
export function slotOf (id: string): string {
  return id.slice(0, 4)
}

/** The id of those 32 hex digits. */
export function idOf (hex: string): string {
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

function newId (userId: string): string {
  const random = randomBytes(16)
  random.write(tagOf(userId), 0, 'hex')
  return uuidv4({ random })
}

function proofOf (key: Buffer, id: string, generation: number, secret: Buffer): string {
  return Buffer.concat([secret, Buffer.from(macOf(key, id, generation, secret), 'base64url')], PROOF_BYTES).toString('base64url')
}

/** As text: a Buffer from OpenSSL costs more than the hash in it. */
function macOf (key: Buffer, id: string, generation: number, secret: Buffer): string {
  return createHmac('sha256', key).update(`${id}.${generation}.`).update(secret).digest('base64url')
}

function digestOf (secret: Buffer): string {
  return BigInt.asIntN(8 * DIGEST_BYTES, BigInt(`0x${hash('sha256', secret, 'hex').slice(0, 2 * DIGEST_BYTES)}`)).toString()
}

function sameText (expected: string, given: string): boolean {
  return timingSafeEqual(Buffer.from(expected), Buffer.from(given))
}
