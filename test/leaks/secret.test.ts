import { randomBytes } from 'node:crypto'
import t from 'tap'
import { randomKeyring } from '../harness.ts'
import { leaksIn, secretOf, secretsOfCredential, secretsOfKeyring } from './secret.ts'

const text = `pass"word ${randomBytes(6).toString('hex')} ü/+`
const secret = secretOf('password', text)
const haystack = (needle: string) => `{"level":30,"msg":"${needle}"}\n`

t.test('a secret is found as it is and in every encoding, wherever it begins', t => {
  const bytes = Buffer.from(text)
  t.strictSame(leaksIn('log', haystack('nothing'), [secret]), [])
  t.match(leaksIn('log', haystack(text), [secret]), ['log: password, as it is'])
  t.match(leaksIn('log', haystack(bytes.toString('hex')), [secret]), ['log: password, in hex'])
  t.match(leaksIn('log', haystack(bytes.toString('hex').toUpperCase()), [secret]), ['log: password, in upper-case hex'])
  t.match(leaksIn('log', haystack(JSON.stringify(text)), [secret]), ['log: password, in JSON'])
  t.match(leaksIn('log', haystack(encodeURIComponent(text)), [secret]), ['log: password, in a URL'])
  t.match(leaksIn('log', haystack('a%2Db%5Fc'), [secretOf('password', 'a-b_c')]), ['log: password, in a URL, signs too'])
  t.match(leaksIn('log', haystack('%61%2d%62'), [secretOf('password', 'a-b')]), ['log: password, in a URL, character by character'])
  for (const before of ['', 'a', 'ab', 'abc', 'abcd']) {
    for (const encoding of ['base64', 'base64url'] as const) {
      const encoded = Buffer.from(`${before}${text}, and more`).toString(encoding)
      t.match(leaksIn('log', haystack(encoded), [secret]), [new RegExp(`^log: password, in base64.* from position ${before.length % 3}$`)])
    }
  }
  t.end()
})

t.test('bytes that are no text are found in a dump', t => {
  const key = randomBytes(16)
  t.match(leaksIn('dump', Buffer.concat([randomBytes(100), key, randomBytes(100)]), [secretOf('key', key)]), ['dump: key, as it is'])
  t.end()
})

t.test('of a credential the proof and its random part are secret, the public id is not', t => {
  const [id, proof] = ['3f2a8c1e-5b7d-4e9f-8a6b-1c2d3e4f5a6b', randomBytes(48)]
  const secrets = secretsOfCredential('session', `${id}.1.${proof.toString('base64url')}`)
  t.strictSame(leaksIn('log', id, secrets), [])
  t.ok(leaksIn('log', proof.toString('base64url'), secrets).length > 0)
  t.match(leaksIn('log', proof.subarray(0, 16).toString('hex'), secrets), ['log: random part of session, in hex'])
  t.end()
})

t.test('of a keyring the keys, their bytes and what is derived from them are secret', t => {
  const keyring = randomKeyring()
  const secrets = secretsOfKeyring('keyring', keyring)
  t.strictSame(leaksIn('log', 'test:', secrets), [])
  t.ok(leaksIn('log', keyring, secrets).length > 0)
  t.match(leaksIn('log', Buffer.from(keyring.slice(5), 'base64url').toString('hex'), secrets), ['log: bytes of keyring, in hex'])
  t.end()
})
