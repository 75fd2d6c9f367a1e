import t from 'tap'
import { createRefusing } from '../../src/guessing/refusing.ts'

t.test('a counter that has refused goes on until its wait is over, counted from the last refusal', t => {
  let nowMs = 0
  const { note, isIn } = createRefusing(() => nowMs)
  t.notOk(isIn('account:a'))
  note('account:a', 100)
  nowMs = 50
  note('account:a', 100)
  nowMs = 149
  t.ok(isIn('account:a'))
  t.notOk(isIn('account:b'))
  nowMs = 150
  t.notOk(isIn('account:a'))
  t.end()
})

t.test('of very many those that refused last are remembered', t => {
  const { note, isIn } = createRefusing()
  for (let i = 0; i <= 10_000; i++) note(`account:${i}`, 60_000)
  t.strictSame([isIn('account:0'), isIn('account:1'), isIn('account:10000')], [false, true, true])
  t.end()
})
