import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { createTurns } from '../../../src/users/passwords/turns.ts'

const forEver = Infinity

t.test('turns come in the order in which they were asked for, no more at once than there are places', async t => {
  const turn = createTurns({ places: 2, queueLimit: 10 })
  const begun: number[] = []
  let running = 0
  const work = (number: number) => async () => {
    begun.push(number)
    t.ok(++running <= 2)
    await sleep(2)
    running--
    return number
  }
  t.strictSame(await Promise.all([1, 2, 3, 4, 5, 6, 7].map(number => turn(work(number), forEver))), [1, 2, 3, 4, 5, 6, 7])
  t.strictSame(begun, [1, 2, 3, 4, 5, 6, 7])
})

t.test('what would wait beside too many others is sent away at once', async t => {
  const turn = createTurns({ places: 1, queueLimit: 1 })
  const first = turn(() => sleep(5, 'first'), forEver)
  const second = turn(() => sleep(5, 'second'), forEver)
  t.equal(await turn(async () => t.fail('it began'), forEver), null)
  t.strictSame(await Promise.all([first, second]), ['first', 'second'])
  t.equal(await turn(async () => 'next', forEver), 'next')
})

t.test('what has waited too long never begins, and those behind it have its turn', async t => {
  const turn = createTurns({ places: 1, queueLimit: 10 })
  const first = turn(() => sleep(30, 'first'), forEver)
  const late = [1, 2, 3].map(() => turn(async () => t.fail('it began'), 5))
  const patient = turn(async () => 'patient', forEver)
  t.strictSame(await Promise.all([first, ...late, patient]), ['first', null, null, null, 'patient'])
  t.equal(await turn(async () => 'next', 0), 'next', 'who need not wait is never late')
})

t.test('work that fails gives its place back', async t => {
  const turn = createTurns({ places: 1, queueLimit: 1 })
  await t.rejects(turn(async () => { throw new Error('broken') }, forEver), { message: 'broken' })
  t.equal(await turn(async () => 'next', forEver), 'next')
})
