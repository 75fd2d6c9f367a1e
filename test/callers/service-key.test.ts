import { createHash } from 'node:crypto'
import t from 'tap'
import { isKeyOf, issueServiceKey, parseServiceKey } from '../../src/callers/service-key.ts'

t.test('a key is its id and 256 bits that nobody else has; of these a digest is stored', t => {
  const [one, two] = [issueServiceKey(), issueServiceKey()]
  t.match(one.text, /^ssk_[0-9a-f]{16}_[A-Za-z0-9_-]{43}$/)
  t.not(one.id, two.id)
  const key = parseServiceKey(one.text)
  if (key === null) return t.fail('it is none')
  t.equal(key.id, one.id)
  t.equal(one.digest, createHash('sha256').update(one.text.slice(21)).digest('base64url'))
  t.ok(isKeyOf(key, Buffer.from(one.digest, 'base64url')))
  t.notOk(isKeyOf(key, Buffer.from(two.digest, 'base64url')))
  t.equal(parseServiceKey(one.text), key, 'which is worked out once')
  t.end()
})

t.test('whatever is spelled another way is no key', t => {
  const { text } = issueServiceKey()
  const others = ['', 'ssk_', text.slice(0, -1), `${text}A`, ` ${text}`, `${text}\n`, text.toUpperCase(), text.replace('ssk_', 'SSK_'), text.replace(/_[^_]{8}/, '_'), text.replace(/.$/, '='), 'Bearer x']
  for (const other of others) t.equal(parseServiceKey(other), null, JSON.stringify(other))
  t.end()
})
