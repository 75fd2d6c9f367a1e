import { randomBytes } from 'node:crypto'
import t from 'tap'
import { createKeyring, keyringFault } from '../../src/sessions/keyring.ts'

const key = () => randomBytes(32).toString('base64url')

t.test('a list of named random keys has no fault', t => {
  for (const text of [`k1:${key()}`, `k1:${key()},k2:${key()}`, ` k1 : ${key()} , k-2_: ${randomBytes(64).toString('base64url')} `]) {
    t.equal(keyringFault(text), null, text)
  }
  t.end()
})

t.test('each fault is named and repeats nothing of the keyring', t => {
  const good = key()
  const faults: Array<[text: string, fault: RegExp]> = [
    ['', /list of id:key/],
    [good, /list of id:key/],
    [`:${good}`, /list of id:key/],
    ['k1:', /list of id:key/],
    [`k1:${good},`, /list of id:key/],
    [`k 1:${good}`, /list of id:key/],
    [`${'k'.repeat(33)}:${good}`, /list of id:key/],
    [`k1:${good}=`, /list of id:key/],
    [`k1:${good.slice(0, 20)}+/${good.slice(0, 21)}`, /list of id:key/],
    [`k1:${good},k1:${key()}`, /twice/],
    [`k1:${randomBytes(31).toString('base64url')}`, /shorter than 32 bytes/],
    [`k1:${Buffer.alloc(32).toString('base64url')}`, /not random/],
    [`k1:${Buffer.from('passwordpasswordpasswordpassword').toString('base64url')}`, /not random/],
    [`k1:${good},k2:${Buffer.alloc(32, 'ab').toString('base64url')}`, /not random/]
  ]
  for (const [text, expected] of faults) {
    const fault = keyringFault(text)
    t.match(fault, expected, text)
    t.notMatch(fault, good.slice(0, 20))
  }
  t.end()
})

t.test('random keys are never taken for weak ones', t => {
  for (let i = 0; i < 5000; i++) if (keyringFault(`k:${key()}`) !== null) t.fail('a random key was refused')
  t.end()
})

t.test('each key has one subkey for each purpose, in order; none is the key itself', t => {
  const [one, two] = [key(), key()]
  const keyring = createKeyring(`a:${one}, b:${two}`)
  const [first, second, ...none] = keyring.subkeys('credential')
  t.strictSame(none, [])
  t.strictSame(createKeyring(`b:${two}`).subkeys('credential'), [second])
  t.strictSame(createKeyring(`renamed:${one}`).subkeys('credential'), [first], 'the id is no part of it')
  const all = [first, second, ...keyring.subkeys('log'), ...keyring.subkeys('limiter'), Buffer.from(one, 'base64url'), Buffer.from(two, 'base64url')]
  t.equal(new Set(all.map(bytes => bytes?.toString('hex'))).size, 8)
  t.equal(first?.length, 32)
  t.end()
})
