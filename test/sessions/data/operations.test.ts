import t from 'tap'
import { applyOperations, type Operation } from '../../../src/sessions/data/operations.ts'

const after = (values: Record<string, unknown>, ...operations: Operation[]) =>
  Object.fromEntries(applyOperations(new Map(Object.entries(values)), operations))

const refused = (index: number, text: string) => ({ code: 'operation_failed', message: new RegExp(text), extras: { index } })

t.test('increment adds to a number; what is missing is 0', t => {
  t.strictSame(after({ n: 1 }, { op: 'increment', key: 'n', value: 2 }), { n: 3 })
  t.strictSame(after({}, { op: 'increment', key: 'n', value: -0.5 }), { n: -0.5 })
  t.strictSame(after({ o: { other: 1 } }, { op: 'increment', key: 'o', path: '/n', value: 1 }), { o: { other: 1, n: 1 } })
  for (const value of ['1', null, true, [], {}]) {
    t.throws(() => after({ n: value }, { op: 'increment', key: 'n', value: 1 }), refused(0, 'increment of n: there is no number'), JSON.stringify(value))
  }
  t.throws(() => after({ n: 1.5e308 }, { op: 'increment', key: 'n', value: 1.5e308 }), refused(0, 'range of a double'))
  t.end()
})

t.test('append puts a value behind the others, addToSet only if no equal one is there, remove takes all equal ones', t => {
  t.strictSame(after({ l: [1] }, { op: 'append', key: 'l', value: 1 }), { l: [1, 1] })
  t.strictSame(after({}, { op: 'append', key: 'l', value: { a: [] } }), { l: [{ a: [] }] })
  t.strictSame(after({ l: [{ a: 1, b: 2 }] }, { op: 'addToSet', key: 'l', value: { b: 2, a: 1 } }), { l: [{ a: 1, b: 2 }] }, 'the order of members is no difference')
  t.strictSame(after({ l: [1] }, { op: 'addToSet', key: 'l', value: '1' }), { l: [1, '1'] })
  t.strictSame(after({}, { op: 'addToSet', key: 'l', value: 1 }), { l: [1] })
  t.strictSame(after({ l: [1, 2, 1, '1'] }, { op: 'remove', key: 'l', value: 1 }), { l: [2, '1'] })
  t.strictSame(after({ l: [1] }, { op: 'remove', key: 'l', value: 1 }), { l: [] }, 'an empty array stays one')
  for (const op of ['append', 'addToSet', 'remove'] as const) {
    for (const value of ['1', null, 1, {}]) t.throws(() => after({ l: value }, { op, key: 'l', value: 1 }), refused(0, 'there is no array'))
  }
  t.end()
})

t.test('removing from what is not there makes nothing', t => {
  t.strictSame(after({}, { op: 'remove', key: 'l', value: 1 }), { l: undefined })
  t.strictSame(after({ o: { a: 1 } }, { op: 'remove', key: 'o', path: '/l', value: 1 }), { o: { a: 1 } })
  t.end()
})

t.test('a path leads to a place within the value, through arrays, and names that are escaped or mean something in JavaScript', t => {
  t.strictSame(after({ cart: { items: [{ q: 1 }, { q: 2 }] } }, { op: 'increment', key: 'cart', path: '/items/1/q', value: 3 }), { cart: { items: [{ q: 1 }, { q: 5 }] } })
  t.strictSame(after({ o: { 'a/b': { '~': 1 } } }, { op: 'increment', key: 'o', path: '/a~1b/~0', value: 1 }), { o: { 'a/b': { '~': 2 } } })
  t.strictSame(after({ o: { '': 1 } }, { op: 'increment', key: 'o', path: '/', value: 1 }), { o: { '': 2 } }, 'the member with the empty name')
  const polluted = after({ o: {} }, { op: 'append', key: 'o', path: '/__proto__', value: 1 })
  t.equal(JSON.stringify(polluted), '{"o":{"__proto__":[1]}}')
  t.equal(Reflect.get({}, '0'), undefined)
  for (const [value, path] of [[{}, '/a/b'], [{ a: 1 }, '/a/b'], [{ a: null }, '/a/b'], ['text', '/0'], [[1], '/1'], [[1], '/-'], [[1], '/00'], [[1], '/length'], [{}, '/toString/x']] as const) {
    t.throws(() => after({ v: value }, { op: 'increment', key: 'v', path, value: 1 }), refused(0, `increment of v${path}: `), `${JSON.stringify(value)} ${path}`)
  }
  t.throws(() => after({}, { op: 'increment', key: 'v', path: '/a', value: 1 }), refused(0, 'leads nowhere at a'), 'of a key that is not there')
  t.end()
})

t.test('each operation sees what those before it did, and the values that were given stay as they are', t => {
  const values = { l: [1], n: 0 }
  t.strictSame(after(values, { op: 'append', key: 'l', value: 2 }, { op: 'increment', key: 'n', value: 1 }, { op: 'remove', key: 'l', value: 1 }), { l: [2], n: 1 })
  t.strictSame(values, { l: [1], n: 0 })
  t.throws(() => after({ n: 1 }, { op: 'increment', key: 'n', value: 1 }, { op: 'append', key: 'n', value: 1 }), refused(1, 'append of n'))
  t.end()
})
