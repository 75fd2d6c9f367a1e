import { createHash, generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair } from 'jose'
import t from 'tap'
import { algorithmsOf, importPublicKey, registeredKey } from '../../src/callers/public-key.ts'
import { newPair } from '../routes/signer.ts'

const refusal = (message: RegExp) => ({ code: 'validation_failed', message, extras: { errors: [{ in: 'body', pointer: '/publicKey' }] } })

t.test('of a public key is kept what makes it one, in one spelling, with its thumbprint (RFC 7638)', async t => {
  for (const alg of ['ES256', 'EdDSA'] as const) {
    const { publicKey } = newPair(alg)
    const key = registeredKey({ kid: 'mine', use: 'sig', alg, key_ops: ['verify'], ext: true, ...publicKey })
    t.match(key.id, /^[0-9a-f]{16}$/)
    t.strictSame(JSON.parse(key.publicKey), { ...publicKey })
    t.equal(key.digest, await calculateJwkThumbprint(publicKey))
    t.equal(key.digest, createHash('sha256').update(key.publicKey).digest('base64url'))
    t.strictSame(importPublicKey(key.publicKey).export({ format: 'jwk' }), publicKey)
    t.not(registeredKey(publicKey).id, key.id, 'each time it is another key')
    t.equal(algorithmsOf(JSON.parse(key.publicKey))[0], alg)
  }
})

t.test('as other programs write it', async t => {
  for (const alg of ['ES256', 'EdDSA']) t.ok(registeredKey(await exportJWK((await generateKeyPair(alg, { extractable: true })).publicKey)))
  const { publicKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  t.ok(registeredKey(await crypto.subtle.exportKey('jwk', publicKey)))
  t.ok(registeredKey({ ...newPair('EdDSA').publicKey, alg: 'Ed25519' }))
})

t.test('RFC 7517 section 9: a private or a symmetric key is refused, and told to be worth nothing any more', t => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' })
  for (const key of [newPair().privateKey.export({ format: 'jwk' }), newPair('EdDSA').privateKey.export({ format: 'jwk' }), rsa, { kty: 'oct', k: 'AAAA' }, { ...newPair().publicKey, d: '' }]) t.throws(() => registeredKey(key), refusal(/private or a secret key.*make a new pair/), String(key.kty))
  t.end()
})

t.test('RFC 8725 section 3.2: there are two kinds of keys, and none that says it is for something else', t => {
  const { publicKey } = newPair()
  const others = [
    null, undefined, 'x', 7, [], {}, { keys: [publicKey] },
    generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' }),
    ...['P-384', 'secp256k1'].map(namedCurve => generateKeyPairSync('ec', { namedCurve }).publicKey.export({ format: 'jwk' })),
    generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' }),
    generateKeyPairSync('ed448').publicKey.export({ format: 'jwk' }),
    { ...publicKey, kty: 'OKP' }, { ...publicKey, crv: 'Ed25519' }, { ...publicKey, kty: ['EC'] }
  ]
  for (const key of others) t.throws(() => registeredKey(key), refusal(/of P-256 .* or of Ed25519/), JSON.stringify(key))
  for (const more of [{ use: 'enc' }, { use: 7 }, { alg: 'ES384' }, { alg: 'EdDSA' }, { alg: 'ECDH-ES' }, { alg: null }]) t.throws(() => registeredKey({ ...publicKey, ...more }), refusal(/for something else .* than signing with ES256/), JSON.stringify(more))
  t.throws(() => registeredKey({ ...newPair('EdDSA').publicKey, alg: 'ES256' }), refusal(/than signing with EdDSA/))
  t.end()
})

t.test('section 3.4: what is no point of the curve is no key', t => {
  const { publicKey } = newPair()
  for (const more of [{ x: undefined }, { y: undefined }, { x: 7 }, { x: '' }, { x: 'AA' }, { y: 'A'.repeat(43) }, { x: publicKey.y, y: publicKey.x }, { x: 'A'.repeat(43), y: 'A'.repeat(43) }]) t.throws(() => registeredKey({ ...publicKey, ...more }), refusal(/no point of the curve/), JSON.stringify(more))
  for (const x of [undefined, '', 'AA', 'A'.repeat(86)]) t.throws(() => registeredKey({ kty: 'OKP', crv: 'Ed25519', x }), refusal(/no point of the curve/), `${x}`)
  t.end()
})

t.test('section 3.4: a key for which anybody can sign, as those of small order, is refused', t => {
  const smallOrder = [
    '0'.repeat(64), `01${'0'.repeat(62)}`, '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    `ec${'f'.repeat(60)}7f`, `ed${'f'.repeat(60)}7f`, `ee${'f'.repeat(60)}7f`
  ]
  for (const hex of smallOrder) {
    for (const sign of [0, 0x80]) {
      const bytes = Buffer.from(hex, 'hex').map((byte, i) => i === 31 ? byte | sign : byte)
      t.throws(() => registeredKey({ kty: 'OKP', crv: 'Ed25519', x: Buffer.from(bytes).toString('base64url') }), refusal(/Anybody can sign for this key/), hex)
    }
  }
  for (let i = 0; i < 20; i++) t.ok(registeredKey(newPair('EdDSA').publicKey))
  t.end()
})
