import t from 'tap'
import { DATA_KEY_PATTERN, checkedKey, decodeValues, encodeValues, overLimit } from '../../../src/sessions/data/data.ts'

const limits = { keys: 64, keyBytes: 8, valueBytes: 20, bytes: 100 }

t.test('values become JSON and come back with their types', t => {
  const values: Array<[string, unknown]> = [['a', 'é'], ['b', 3], ['c', -0.5], ['d', null], ['e', [true, {}]], ['f', { g: '' }], ['h', '']]
  const encoded = encodeValues(values, limits)
  t.strictSame(Object.fromEntries(encoded), { a: '"é"', b: '3', c: '-0.5', d: 'null', e: '[true,{}]', f: '{"g":""}', h: '""' })
  const texts = new Map([...encoded].map(([key, json]): [string, string] => [key, json ?? '']))
  t.strictSame(Object.entries(decodeValues(texts)), values)
  t.end()
})

t.test('undefined removes the key', t => {
  t.strictSame(encodeValues([['a', undefined]], limits), new Map([['a', null]]))
  t.end()
})

t.test('a key of the longest size is good, one byte more is named with cap and size', t => {
  t.equal(checkedKey('12345678', limits), '12345678')
  t.throws(() => checkedKey('123456789', limits), { code: 'data_limit_exceeded', extras: { cap: 'DATA_MAX_KEY_BYTES', max: 8, actual: 9 } })
  t.end()
})

t.test('a value of the longest size is good, in bytes of its JSON; one more is named with cap and size', t => {
  t.ok(encodeValues([['a', 'x'.repeat(18)]], limits))
  t.throws(() => encodeValues([['a', 'x'.repeat(19)]], limits), { code: 'data_limit_exceeded', extras: { cap: 'DATA_MAX_VALUE_BYTES', max: 20, actual: 21 } })
  t.ok(encodeValues([['a', 'é'.repeat(9)]], limits))
  t.throws(() => encodeValues([['a', 'é'.repeat(10)]], limits), { code: 'data_limit_exceeded', extras: { actual: 22 } }, 'bytes, not characters')
  t.throws(() => encodeValues([['a', '\u0001\u0001\u0001\u0001']], limits), { code: 'data_limit_exceeded', extras: { actual: 26 } }, 'escapes count')
  t.end()
})

t.test('names with a meaning in JavaScript or in a URL are no keys, whatever is done with them', t => {
  for (const key of ['__proto__', 'constructor', 'prototype', '.', '..']) {
    t.throws(() => encodeValues([[key, 1]], { ...limits, keyBytes: 64 }), { code: 'reserved_key' })
    t.throws(() => encodeValues([[key, undefined]], { ...limits, keyBytes: 64 }), { code: 'reserved_key' })
    t.throws(() => checkedKey(key, limits), { code: 'reserved_key' })
  }
  t.end()
})

t.test('what is read has no prototype, so no key means anything but itself', t => {
  const values = decodeValues(new Map([['toString', '1'], ['__proto__', '{"x":1}']]))
  t.equal(Object.getPrototypeOf(values), null)
  t.strictSame(Object.keys(values), ['toString', '__proto__'])
  t.equal(values.valueOf, undefined)
  t.end()
})

t.test('a value that JSON cannot hold is refused with its place in the body', t => {
  t.throws(() => encodeValues([['a', [0, Infinity]]], limits), { code: 'validation_failed', extras: { errors: [{ in: 'body', pointer: '/a/1' }] } })
  t.throws(() => encodeValues([['a', Infinity]], limits, () => '/value'), { code: 'validation_failed', extras: { errors: [{ in: 'body', pointer: '/value' }] } })
  t.end()
})

t.test('keys are printable ASCII without the space', t => {
  const pattern = new RegExp(DATA_KEY_PATTERN, 'u')
  for (const key of ['a', 'A-Z_0.9', '~!', '"', '/', '%00']) t.match(key, pattern)
  for (const key of ['', ' ', 'a b', 'é', 'ａ', '\n', 'a\n', '\u0000', '\u007f', '\u202e', '😀']) t.notMatch(key, pattern)
  t.end()
})

t.test('a cap that counts keys says keys, one that counts bytes says bytes', t => {
  t.match(overLimit('DATA_MAX_KEYS', 'the session', 64, 65).message, 'the session would have 65 keys; at most 64 are allowed (DATA_MAX_KEYS)')
  t.match(overLimit('DATA_MAX_BYTES', 'the session', 10, 11).message, '11 bytes')
  t.end()
})
