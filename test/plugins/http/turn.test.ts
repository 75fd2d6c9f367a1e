import { setImmediate as nextTurn } from 'node:timers/promises'
import t from 'tap'
import { createTurn } from '../../../src/plugins/http/turn.ts'

t.test('who comes alone waits for nobody', async t => {
  const together = createTurn()
  for (let i = 0; i < 3; i++) {
    let isThrough = false
    together(() => { isThrough = true })
    t.equal(isThrough, true)
    await nextTurn()
  }
})

t.test('those of one turn go on one after the other when all of them have come', async t => {
  const together = createTurn()
  const turn = async (count: number) => {
    const events: string[] = []
    for (let i = 0; i < count; i++) {
      events.push(`came ${i}`)
      together(() => events.push(`went on ${i}`))
    }
    await nextTurn()
    return events
  }
  t.strictSame(await turn(3), ['came 0', 'went on 0', 'came 1', 'came 2', 'went on 1', 'went on 2'], 'nobody knows that others will come')
  t.strictSame(await turn(3), ['came 0', 'came 1', 'came 2', 'went on 0', 'went on 1', 'went on 2'])
  t.strictSame(await turn(1), ['came 0', 'went on 0'], 'there were others in the turn before')
  t.strictSame(await turn(1), ['came 0', 'went on 0'])
})
