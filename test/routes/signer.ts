import { generateKeyPairSync, randomUUID, sign, type KeyObject } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import type { Scope } from '../../src/callers/scope.ts'
import { noteCredential } from '../leaks/known.ts'
import { asService } from './service.ts'

export type Algorithm = 'ES256' | 'EdDSA'

/** TOKEN_ISSUER of the services that tests build. */
export const audience = 'https://sessions.example.com'

/** A key pair as a service makes it, the public half as it is registered. */
export function newPair (alg: Algorithm = 'ES256') {
  const { privateKey, publicKey } = alg === 'ES256' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519')
  return { alg, privateKey, publicKey: publicKey.export({ format: 'jwk' }) }
}

/** The compact form (RFC 7515) of whatever header and payload; `signature` of what comes before it. */
export function compact (header: object, payload: object | string, signature: (input: Buffer) => Buffer): string {
  const input = [JSON.stringify(header), typeof payload === 'string' ? payload : JSON.stringify(payload)].map(text => Buffer.from(text).toString('base64url')).join('.')
  return `${input}.${signature(Buffer.from(input)).toString('base64url')}`
}

/** The signature of that key (RFC 7518 section 3.4, RFC 8037 section 3.1). */
export function signatureWith (key: KeyObject): (input: Buffer) => Buffer {
  return input => key.asymmetricKeyType === 'ec' ? sign('sha256', input, { key, dsaEncoding: 'ieee-p1363' }) : sign(null, input, key)
}

/** Seconds since 1970, so many from now. */
export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds

/** A service that signs assertions and has no other key. */
export async function addSigner (app: FastifyInstance, name = 'shop', { alg = 'ES256', scopes = ['sessions:introspect'] }: { alg?: Algorithm, scopes?: Scope[] } = {}) {
  const pair = newPair(alg)
  const { caller: { keys: [key] } } = await app.callers.createSigner({ name, scopes, dataPrefix: '' }, pair.publicKey)
  const kid = String(key?.id)
  const claims = (more: object = {}) => ({ iss: name, sub: name, aud: audience, exp: inSeconds(60), iat: inSeconds(0), jti: randomUUID(), ...more })

  /** A good one but for what is said of it. */
  function assertion (more: object = {}, header: object = {}, signature?: (input: Buffer) => Buffer): string {
    const text = compact({ alg, kid, ...header }, claims(more), signature ?? signatureWith(pair.privateKey))
    if (signature === undefined) noteCredential(app, text)
    return text
  }

  return { ...pair, kid, claims, assertion }
}

/** Asks with that in the place of a key. */
export const askWith = (app: FastifyInstance, text: string) => asService(app, text).call('POST', '/v1/introspect', { token: 'x' })
