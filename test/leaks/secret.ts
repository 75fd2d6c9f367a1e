import { createKeyring } from '../../src/sessions/keyring.ts'

/** Something that must not be found, in every form in which it could be. */
export interface Secret { name: string, forms: Map<string, Buffer> }

/** A secret of these bytes, which are a text or not. */
export function secretOf (name: string, content: string | Buffer): Secret {
  const bytes = Buffer.from(content)
  const forms = new Map([['as it is', bytes], ['in hex', Buffer.from(bytes.toString('hex'))], ['in upper-case hex', Buffer.from(bytes.toString('hex').toUpperCase())]])
  for (const offset of [0, 1, 2]) {
    const base64 = within(bytes, offset)
    forms.set(`in base64 from position ${offset}`, Buffer.from(base64))
    forms.set(`in base64url from position ${offset}`, Buffer.from(base64.replaceAll('+', '-').replaceAll('/', '_')))
  }
  if (typeof content === 'string') {
    forms.set('in JSON', Buffer.from(JSON.stringify(content).slice(1, -1)))
    forms.set('in a URL', Buffer.from(encodeURIComponent(content)))
    forms.set('in a URL, signs too', Buffer.from(encodeURIComponent(content).replaceAll('_', '%5F').replaceAll('-', '%2D')))
    forms.set('in a URL, character by character', Buffer.from(bytes.toString('hex').replace(/../g, '%$&')))
  }
  return { name, forms }
}

/** What the base64 of any longer text shows of these bytes if they begin at a position that is `offset` modulo three. */
function within (bytes: Buffer, offset: number): string {
  const base64 = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
  return base64.slice(Math.ceil(offset * 8 / 6), Math.floor((offset + bytes.length) * 8 / 6))
}

/** What is secret of a credential: all but the public id and the generation, and the random part by itself. */
export function secretsOfCredential (name: string, credential: string): Secret[] {
  const proof = credential.slice(credential.lastIndexOf('.') + 1)
  return [
    secretOf(`proof of ${name}`, proof),
    secretOf(`random part of ${name}`, Buffer.from(proof, 'base64url').subarray(0, 16))
  ]
}

/** A keyring's keys, and what is derived from them. */
export function secretsOfKeyring (name: string, keyring: string): Secret[] {
  const key = keyring.slice(keyring.indexOf(':') + 1)
  const subkeys = (['credential', 'log', 'limiter', 'device', 'device-token', 'token', 'idempotency'] as const).flatMap(purpose => createKeyring(keyring).subkeys(purpose).map(subkey => secretOf(`${purpose} key of ${name}`, subkey)))
  return [secretOf(name, key), secretOf(`bytes of ${name}`, Buffer.from(key, 'base64url')), ...subkeys]
}

/** What of these secrets is found in a content, in words. */
export function leaksIn (place: string, content: string | Buffer, secrets: Secret[]): string[] {
  const bytes = Buffer.from(content)
  return secrets.flatMap(({ name, forms }) => [...forms].filter(([, form]) => bytes.includes(form)).map(([form]) => `${place}: ${name}, ${form}`))
}
