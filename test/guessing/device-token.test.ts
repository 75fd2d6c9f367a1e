import t from 'tap'
import { createDeviceTokens } from '../../src/guessing/device-token.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import { randomKeyring } from '../harness.ts'

const email = 'alice@example.com'
const keyring = randomKeyring()
const atMs = 1_704_067_200_000

/** Tokens as an instance with that keyring sees them `seconds` after the first one was issued. */
function tokens (seconds = 0, text = keyring, lifetimeSeconds = 1000) {
  return createDeviceTokens({ keyring: createKeyring(text), lifetimeSeconds, now: () => atMs + seconds * 1000 + 999 })
}

const token = tokens().issue(email, null)

t.test('a token names a device of its own, for one account in every spelling of its email', t => {
  t.match(token, /^d1\.1704067200\.[\w-]{64}$/)
  const device = tokens().deviceOf([token], email)
  t.match(device, /^[\w-]{22}$/)
  t.equal(tokens().deviceOf([token], 'ALICE@Example.com'), device)
  t.not(tokens().deviceOf([tokens().issue(email, null)], email), device, 'every first login is another device')
  for (const other of ['bob@example.com', 'alice@example.co', '', 'xalice@example.com']) t.equal(tokens().deviceOf([token], other), null, other)
  t.notMatch(Buffer.from(token.slice(14), 'base64url').toString('latin1') + token, /alice/)
  t.end()
})

t.test('a fresh token keeps the device that was known', t => {
  const device = tokens().deviceOf([token], email)
  const later = tokens(500).issue(email, device)
  t.not(later, token)
  t.equal(tokens(1400).deviceOf([later], email), device)
  t.equal(tokens(1400).deviceOf([token], email), null, 'the old one has expired')
  t.end()
})

t.test('how long a device is known counts from its first login, not from its latest', t => {
  const device = String(tokens().deviceOf([token], email))
  const fresh = tokens(500).issue(email, device)
  for (const [seconds, isKnown] of [[599, false], [600, true], [900, true]] as const) {
    t.equal(tokens(seconds).isKnownFor(String(tokens(seconds).deviceOf([fresh], email)), 600), isKnown, String(seconds))
  }
  t.end()
})

t.test('it is good for its lifetime', t => {
  t.ok(tokens(999).deviceOf([token], email))
  t.equal(tokens(1000).deviceOf([token], email), null)
  t.equal(tokens(0, keyring, 1).deviceOf([token], email) !== null, true)
  t.end()
})

t.test('the first good one of several counts', t => {
  const [mine, other] = [tokens().issue(email, null), tokens().issue('bob@example.com', null)]
  t.equal(tokens().deviceOf(['', other, mine, token], email), tokens().deviceOf([mine], email))
  t.equal(tokens().deviceOf([], email), null)
  t.ok(tokens().deviceOf(['', '', '', mine], email))
  t.equal(tokens().deviceOf(['', '', '', '', mine], email), null, 'of a heap, four')
  t.equal(tokens().deviceOf(['', other], email), null)
  t.end()
})

t.test('there is one spelling of it, and no change of it is good', t => {
  const [version, issuedAt = '', proof = ''] = token.split('.')
  const flip = (text: string, at: number) => text.slice(0, at) + (text[at] === 'A' ? 'B' : 'A') + text.slice(at + 1)
  const forged = [
    ...Array.from({ length: 64 }, (_, i) => `d1.${issuedAt}.${flip(proof, i)}`),
    `d1.${Number(issuedAt) + 1}.${proof}`, `d1.0${issuedAt}.${proof}`, `d1.+${issuedAt}.${proof}`, `d1.0.${proof}`, `d1..${proof}`, `d1.${issuedAt}0.${proof}`, `d2.${issuedAt}.${proof}`, `D1.${issuedAt}.${proof}`,
    `${token}=`, `${token}\n`, ` ${token}`, `${token}.`, `"${token}"`, `${version}.${issuedAt}`, proof, `d1.${issuedAt}.${proof.replaceAll('-', '+').replaceAll('_', '/')}+`.slice(0, token.length + 1), 'd1.1704067200.', 'x'.repeat(100_000)
  ]
  for (const text of forged) t.equal(tokens().deviceOf([text], email), null, JSON.stringify(text.slice(0, 100)))
  t.end()
})

t.test('all keys of the keyring verify, the first signs', t => {
  const next = `next:${randomKeyring().slice('test:'.length)}`
  t.ok(tokens(0, `${next},${keyring}`).deviceOf([token], email), 'issued before the keys rolled over')
  const fresh = tokens(0, `${next},${keyring}`).issue(email, null)
  t.ok(tokens(0, `${keyring},${next}`).deviceOf([fresh], email), 'by an instance that is behind')
  t.equal(tokens(0, keyring).deviceOf([fresh], email), null)
  t.equal(tokens(0, randomKeyring()).deviceOf([token], email), null, 'another service')
  t.end()
})
