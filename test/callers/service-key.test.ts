import { createHash } from 'node:crypto'
import t from 'tap'
import { isSecretOf, issueServiceKey, parseServiceKey } from '../../src/callers/service-key.ts'

t.test('a key is its id and 256 bits that nobody else has; of these a digest is stored', t => {
  const [one, two] = [issueServiceKey(), issueServiceKey()]
  t.match(one.text, /^ssk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/)
  t.not(one.id, two.id)
  const { id, secret } = parseServiceKey(one.text) ?? { id: '', secret: '' }
  t.equal(id, one.id)
  t.equal(one.digest, createHash('sha256').update(secret).digest('base64url'))
  t.ok(isSecretOf(secret, Buffer.from(one.digest, 'base64url')))
  t.notOk(isSecretOf(secret, Buffer.from(two.digest, 'base64url')))
  t.end()
})

t.test('whatever is spelled another way is no key', t => {
  const { text } = issueServiceKey()
  const others = ['', 'ssk_', text.slice(0, -1), `${text}A`, ` ${text}`, `${text}\n`, text.toUpperCase(), text.replace('ssk_', 'SSK_'), text.replace(/_[^_]{8}/, '_'), text.replace(/.$/, '='), 'Bearer x']
  for (const other of others) t.equal(parseServiceKey(other), null, JSON.stringify(other))
  t.end()
})
