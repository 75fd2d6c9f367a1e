import t from 'tap'
import { areaUnderCurve, standardError } from '../../bench/auc.ts'
import { seededRandom, shuffled } from '../../bench/shuffle.ts'

t.test('the area tells how often one sample is above the other', async t => {
  t.equal(areaUnderCurve([1, 2, 3], [1, 2, 3]), 0.5)
  t.equal(areaUnderCurve([4, 5], [1, 2, 3]), 1)
  t.equal(areaUnderCurve([0], [1, 2, 3]), 0)
  t.equal(areaUnderCurve([2, 2], [1, 2, 3, 4]), 0.375)
})

t.test('two samples of one distribution lie within a few standard errors of a half', async t => {
  const random = seededRandom(1)
  const draw = () => Array.from({ length: 1000 }, random)
  t.ok(Math.abs(areaUnderCurve(draw(), draw()) - 0.5) < 4 * standardError(1000))
})

t.test('a seed gives one order, another seed another', async t => {
  const items = Array.from({ length: 20 }, (_, number) => number)
  const order = (seed: number) => shuffled(items, seededRandom(seed))
  t.strictSame(order(7), order(7))
  t.notSame(order(7), order(8))
  t.strictSame(order(7).sort((a, b) => a - b), items)
})
