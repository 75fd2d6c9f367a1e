import t from 'tap'
import { createEnds } from '../../src/near-cache/ends.ts'

const idOf = (number: number) => `abcd000${number}-0000-4000-8000-000000000000`
const hexOf = (number: number) => idOf(number).replaceAll('-', '')
const slot = 0xabcd

t.test('the latest end of each slot is known for its life', async t => {
  const ends = createEnds({ lifeMs: 1000 })
  t.notOk(ends.has(slot, idOf(1), 0))
  ends.add(slot, hexOf(1), 0)
  t.ok(ends.has(slot, idOf(1), 999))
  t.notOk(ends.has(slot, idOf(1), 1000))
  t.notOk(ends.has(slot, idOf(2), 999), 'another session')
  t.notOk(ends.has(slot + 1, idOf(1), 999), 'another slot')
  ends.add(slot, hexOf(2), 500)
  t.strictSame([1, 2].map(number => ends.has(slot, idOf(number), 600)), [false, true])
  ends.clear()
  t.notOk(ends.has(slot, idOf(2), 600))
  ends.add(Number.NaN, hexOf(1), 0)
  t.notOk(ends.has(Number.NaN, idOf(1), 0), 'what is no slot has none')
})
