import t from 'tap'
import { pointerTo } from '../../../src/sessions/data/json-pointer.ts'
import { valueFault } from '../../../src/sessions/data/json-value.ts'

const nested = (levels: number): unknown => JSON.parse(`${'['.repeat(levels)}${']'.repeat(levels)}`)

t.test('every JSON value that comes back as it was sent has no fault', t => {
  for (const json of ['null', 'true', '0', '-0', '1e308', '5e-324', '""', '"\\ud800"', '[]', '{}', '[1,[2,{"a":[null]}]]', '{"":{"":0}}']) {
    t.equal(valueFault(JSON.parse(json)), null, json)
  }
  t.equal(valueFault(nested(1000)), null)
  t.end()
})

t.test('a number beyond a double is found wherever it stands', t => {
  t.match(valueFault(JSON.parse('1e400')), { pointer: '', detail: /double/ })
  t.match(valueFault(JSON.parse('[0,-1e400]')), { pointer: '/1' })
  t.match(valueFault(JSON.parse('{"a/b":{"~":[1e999]}}')), { pointer: '/a~1b/~0/0' })
  t.end()
})

t.test('nesting beyond a thousand levels is a fault, however deep it goes on', t => {
  for (const levels of [1001, 4000]) t.match(valueFault(nested(levels)), { pointer: '/0'.repeat(1000), detail: /nested/ })
  t.end()
})

t.test('a pointer’s step escapes what has a meaning in it', t => {
  t.equal(pointerTo('a/b~c~1'), '/a~1b~0c~01')
  t.equal(pointerTo(''), '/')
  t.end()
})
