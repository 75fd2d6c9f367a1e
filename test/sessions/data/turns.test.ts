import t from 'tap'
import { createTurns } from '../../../src/sessions/data/turns.ts'

t.test('what is done under one name waits for what was begun before, under another it does not', async t => {
  const inTurn = createTurns()
  const seen: string[] = []
  let release = () => {}
  const first = new Promise<void>(resolve => { release = resolve })
  const one = inTurn('a', async () => { await first; seen.push('one') })
  const two = inTurn('a', async () => { seen.push('two') })
  await inTurn('b', async () => { seen.push('other') })
  t.strictSame(seen, ['other'])
  release()
  await Promise.all([one, two])
  t.strictSame(seen, ['other', 'one', 'two'])
  t.equal(await inTurn('a', async () => 'three'), 'three')
})

t.test('what fails keeps nobody from their turn', async t => {
  const inTurn = createTurns()
  const broken = inTurn('a', async () => { throw new Error('broken') })
  const next = inTurn('a', async () => 'next')
  await t.rejects(broken, { message: 'broken' })
  t.equal(await next, 'next')
})
