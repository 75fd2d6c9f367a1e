import t from 'tap'
import { remembered } from '../../src/sessions/remembered.ts'

/** A function that counts how often it is asked. */
function counting () {
  const asked: string[] = []
  const find = remembered((text: string) => {
    asked.push(text)
    return text === 'unknown' ? null : { text }
  })
  return { asked, find }
}

t.test('the same answer to the same question, found once', async t => {
  const { asked, find } = counting()
  t.equal(find('a'), find('a'))
  t.strictSame(asked, ['a'])
})

t.test('what has no answer is looked for anew', async t => {
  const { asked, find } = counting()
  t.equal(find('unknown'), null)
  t.equal(find('unknown'), null)
  t.equal(asked.length, 2)
})

t.test('what is asked again and again is kept, what is not is forgotten after twenty thousand others', async t => {
  const { asked, find } = counting()
  const [often, once] = [find('often'), find('once')]
  for (let i = 0; i < 20_000; i++) {
    find(`other ${i}`)
    if (i % 5000 === 0) t.equal(find('often'), often)
  }
  t.not(find('once'), once)
  t.equal(asked.filter(text => text === 'often').length, 1)
})
