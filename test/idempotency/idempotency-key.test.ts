import t from 'tap'
import { idempotencyKeyIn } from '../../src/idempotency/idempotency-key.ts'

t.test('a key is the same with quotation marks and without', t => {
  for (const [header, key] of [
    ['8e03978e-40d5-43dd-bc93-6894a57f9324', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['"8e03978e-40d5-43dd-bc93-6894a57f9324"', '8e03978e-40d5-43dd-bc93-6894a57f9324'],
    ['order:4711/1?a=b&c', 'order:4711/1?a=b&c'],
    ['"order 4711"', 'order 4711'],
    ['a\\b', 'a\\b'],
    ['"a\\\\b"', 'a\\b'],
    ['"say \\"hi\\""', 'say "hi"'],
    ['x'.repeat(128), 'x'.repeat(128)],
    [`"${'\\"'.repeat(128)}"`, '"'.repeat(128)]
  ] as const) t.equal(idempotencyKeyIn(header), key, header)
  t.end()
})

t.test('anything else is refused', t => {
  for (const header of ['', ' ', '""', '"', '"a', 'a"', '"a"b"', '"a\\"', '"a\\b"', 'a b', 'a, b', '"a", "b"', '"a";b=1', 'ü', '"ü"', 'a\tb', '"a\tb"', 'x'.repeat(129), `"${'x'.repeat(129)}"`]) {
    t.throws(() => idempotencyKeyIn(header), { code: 'malformed_idempotency_key' }, header)
  }
  t.end()
})
