import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
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

t.test('how many are kept can be said', async t => {
  let asked = 0
  const find = remembered((text: string) => ({ text, asked: ++asked }), 2)
  for (const text of ['a', 'b', 'c', 'a', 'c']) find(text)
  t.equal(asked, 3)
  for (const text of ['d', 'e', 'f', 'a']) find(text)
  t.equal(asked, 7)
})

t.test('of a header that a text was cut out of nothing is kept, also if it is asked again', async t => {
  setFlagsFromString('--expose-gc')
  const gc = runInNewContext('gc') as () => void
  const find = remembered(text => text)
  const used = () => {
    gc()
    return process.memoryUsage().heapUsed
  }
  const before = used()
  // The second time each answer moves from the older half to the younger one.
  for (let i = 0; i < 20_002; i++) find(Buffer.alloc(8192, ' ').toString('latin1').replace(/^ {40}/, `credential number ${i % 10_001}`.padEnd(40)).slice(0, 40))
  const grownBy = used() - before
  t.ok(grownBy < 30e6, `${(grownBy / 1e6).toFixed(0)} MB`)
  t.equal(find('credential number 1'.padEnd(40)), 'credential number 1'.padEnd(40))
})
