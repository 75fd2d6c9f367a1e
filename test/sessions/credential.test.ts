import { createHash, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import t from 'tap'
import { createCredentialIssuer, tagOf } from '../../src/sessions/credential.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'

const keys = Array.from({ length: 3 }, (_, i) => ({ id: `k${i}`, bytes: randomBytes(32) }))
const issuerOf = (...chosen: typeof keys) => createCredentialIssuer(createKeyring(chosen.map(({ id, bytes }) => `${id}:${bytes.toString('base64url')}`).join(',')))
const [oldKey, newKey, strangeKey] = keys as [typeof keys[number], typeof keys[number], typeof keys[number]]
const issuer = issuerOf(oldKey)

const partsOf = (text: string) => {
  const [id = '', generation = '', proof = ''] = text.split('.')
  return { id, generation, proof }
}

t.test('a credential is id, generation and proof, and its id lies in the user’s slot', t => {
  const { text, id, generation } = issuer.open('42')
  t.match(text, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\.1\.[A-Za-z0-9_-]{64}$/)
  t.equal(partsOf(text).id, id)
  t.equal(generation, 1)
  t.equal(id.slice(0, 4), tagOf('42'))
  t.equal(tagOf('42'), createHash('sha256').update('session-tag:v1:42').digest('hex').slice(0, 4))
  t.equal(tagOf('42'), '489d', 'which never changes')
  t.end()
})

t.test('the proof is the secret and an HMAC over id, generation and secret with the credential subkey', t => {
  const { text, secretDigest } = issuer.open('42')
  const { id, proof } = partsOf(text)
  const bytes = Buffer.from(proof, 'base64url')
  const secret = bytes.subarray(0, 16)
  const subkey = Buffer.from(hkdfSync('sha256', oldKey.bytes, Buffer.alloc(0), 'session-service:v1:credential', 32))
  t.strictSame(bytes.subarray(16), createHmac('sha256', subkey).update(`${id}.1.`).update(secret).digest())
  t.equal(secretDigest, createHash('sha256').update(secret).digest().readBigInt64BE().toString())
  t.end()
})

t.test('what was issued is accepted; no two are alike', t => {
  const texts = new Set<string>()
  for (let i = 0; i < 1000; i++) {
    const { text, ...credential } = issuer.open(String(i % 3))
    if (issuer.parse(text)?.secretDigest !== credential.secretDigest) t.fail(text)
    texts.add(partsOf(text).id).add(partsOf(text).proof)
  }
  t.equal(texts.size, 2000)
  t.end()
})

t.test('any other character anywhere makes it nothing', t => {
  const { text } = issuer.open('42')
  let refused = 0
  for (let at = 0; at < text.length; at++) {
    for (const other of '0aZ_-.') {
      if (other === text[at]) continue
      if (issuer.parse(text.slice(0, at) + other + text.slice(at + 1)) === null) refused++
      else t.fail(`accepted with ${other} at ${at}`)
    }
  }
  t.ok(refused > 500)
  t.end()
})

t.test('there is one spelling', t => {
  const { text } = issuer.open('42')
  const { id, proof } = partsOf(text)
  const spellings = [
    '', ' ', id, `${id}.1`, `${id}.1.`, ` ${text}`, `${text} `, `${text}\n`, `${text}=`, `${text}A`, text.slice(0, -1), text.toUpperCase(), `${id.toUpperCase()}.1.${proof}`,
    `${id}.01.${proof}`, `${id}.+1.${proof}`, `${id}.1e0.${proof}`, `${id}.0.${proof}`, `${id}.-1.${proof}`, `${id}.1.0.${proof}`, `${id}.१.${proof}`, `${id.replaceAll('-', '')}.1.${proof}`,
    `{${id}}.1.${proof}`, `${id}.1.${proof.replaceAll('-', '+').replaceAll('_', '/')}+`, `${text}.${text}`, `${text}\u0000`, 'x'.repeat(100_000)
  ]
  for (const spelling of spellings) t.equal(issuer.parse(spelling), null, JSON.stringify(spelling.slice(0, 130)))
  t.end()
})

t.test('parts of two good credentials make no good one', t => {
  const [one, two] = [partsOf(issuer.open('42').text), partsOf(issuer.open('42').text)]
  t.equal(issuer.parse(`${one.id}.1.${two.proof}`), null, 'another id')
  t.equal(issuer.parse(`${one.id}.2.${one.proof}`), null, 'another generation')
  const mixed = Buffer.concat([Buffer.from(one.proof, 'base64url').subarray(0, 16), Buffer.from(two.proof, 'base64url').subarray(16)])
  t.equal(issuer.parse(`${one.id}.1.${mixed.toString('base64url')}`), null, 'another secret')
  t.end()
})

t.test('every racer derives the same successor, with the secret and the id kept', t => {
  const { text, ...first } = issuer.open('42')
  const second = issuer.successor(text)
  t.strictSame(issuerOf(oldKey).successor(text), second)
  t.match(second, { id: first.id, generation: 2, secretDigest: first.secretDigest })
  t.strictSame(issuer.parse(second?.text ?? ''), { ...first, generation: 2 })
  t.not(partsOf(second?.text ?? '').proof, partsOf(text).proof)
  t.equal(issuer.successor(`${text.slice(0, -1)}!`), null)
  t.end()
})

t.test('keys roll over without a log-out: the first signs, all verify, a removed one opens nothing', t => {
  const before = issuerOf(oldKey).open('42').text
  const during = issuerOf(newKey, oldKey)
  t.ok(issuerOf(oldKey, newKey).parse(before))
  t.ok(during.parse(before))
  const after = during.open('42').text
  t.ok(issuerOf(newKey).parse(after), 'signed by the first')
  t.equal(issuerOf(newKey).parse(before), null)
  t.equal(issuerOf(strangeKey).parse(after), null)
  t.ok(issuerOf(newKey).parse(during.successor(before)?.text ?? ''), 'a rotation moves a session to the first key')
  t.end()
})
