import { calculateJwkThumbprint } from 'jose'
import t from 'tap'
import { createKeyring } from '../../src/sessions/keyring.ts'
import { signingKeysOf } from '../../src/tokens/signing-keys.ts'
import { randomKeyring } from '../harness.ts'

t.test('each key of the keyring has a pair of its own, everywhere the same, and nothing private in what is published', async t => {
  const [one, two] = [randomKeyring(), randomKeyring().replace('test:', 'next:')]
  const both = signingKeysOf(createKeyring(`${one},${two}`))
  t.strictSame(both.map(({ jwk }) => jwk), [...signingKeysOf(createKeyring(one)), ...signingKeysOf(createKeyring(two))].map(({ jwk }) => jwk))
  for (const { kid, jwk } of both) {
    t.equal(kid, await calculateJwkThumbprint(jwk), 'RFC 7638')
    t.match(jwk, { kty: 'OKP', crv: 'Ed25519', x: /^[A-Za-z0-9_-]{43}$/, use: 'sig', alg: 'EdDSA', kid })
    t.strictSame(Object.keys(jwk).sort(), ['alg', 'crv', 'kid', 'kty', 'use', 'x'])
  }
  t.not(both[0]?.kid, both[1]?.kid)
})

t.test('RFC 8032 section 7.1, test 1: the bytes of a key are its seed', t => {
  const seed = Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex')
  const [key] = signingKeysOf({ subkeys: () => [seed] })
  t.equal(Buffer.from(String(key?.jwk.x), 'base64url').toString('hex'), 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a')
  t.end()
})
