import t from 'tap'
import { createEnds } from '../../src/near-cache/ends.ts'

const idOf = (number: number) => `0000000${number}-0000-4000-8000-000000000000`
const hexOf = (number: number) => idOf(number).replaceAll('-', '')

t.test('ends are known for their life, and the latest of them where there are too many', t => {
  const ends = createEnds({ lifeMs: 1000, entries: 2 })
  ends.add(hexOf(1), 0)
  ends.add(hexOf(2), 500)
  t.ok(ends.has(idOf(1), 999))
  t.notOk(ends.has(idOf(1), 1000))
  t.notOk(ends.has(idOf(3), 0))
  ends.add(hexOf(3), 600)
  t.strictSame([1, 2, 3].map(number => ends.has(idOf(number), 700)), [false, true, true])
  ends.add(hexOf(4), 2000)
  t.equal(ends.size(), 1, 'what is over goes first')
  ends.clear()
  t.notOk(ends.has(idOf(4), 2000))
  t.end()
})
