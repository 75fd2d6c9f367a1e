import t from 'tap'
import { madeOnce } from '../../src/sessions/made-once.ts'
import { sessionOf } from '../near-cache/fakes.ts'

t.test('made once of each verdict that is repeated, by each that makes something of it; each time of one that is not', t => {
  let count = 0
  const numbered = madeOnce(({ id }, suffix: string) => ({ text: `${id}${suffix}`, number: ++count }))
  const named = madeOnce(({ id }) => `named ${id}`)
  const [first, second, once] = [{ ...sessionOf('a'), made: [] }, { ...sessionOf('b'), made: [] }, sessionOf('c')]
  t.strictSame(numbered(first, '!'), { text: 'a!', number: 1 })
  t.equal(numbered(first, '?'), numbered(first, '!'))
  t.strictSame(numbered(second, '!'), { text: 'b!', number: 2 }, 'another verdict has its own')
  t.equal(named(first), 'named a', 'and so has another maker')
  t.strictSame([numbered(once, '').number, numbered(once, '').number], [3, 4])
  t.end()
})
