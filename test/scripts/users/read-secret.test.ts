import { PassThrough } from 'node:stream'
import t from 'tap'
import { readSecret } from '../../../scripts/users/read-secret.ts'

t.test('from a pipe it is all of the input without the last line break', async t => {
  for (const [text, secret] of [['correct horse\n', 'correct horse'], ['correct horse\r\n', 'correct horse'], [' two\nlines \n', ' two\nlines '], ['', '']]) {
    t.equal(await readSecret(new PassThrough().end(text), new PassThrough(), 'Password'), secret)
  }
})

t.test('at a terminal it is asked for twice and never shown', async t => {
  const { typed, shown, secret } = terminal()
  await typed('correct horse\r')
  await typed('correct horse\r')
  t.equal(await secret, 'correct horse')
  t.equal(shown(), 'Password: \nPassword again: \n')
})

t.test('two that differ are refused', async t => {
  const { typed, secret } = terminal()
  const refused = t.rejects(secret, { message: /not the same/ })
  await typed('correct horse\r')
  await typed('correct house\r')
  await refused
})

t.test('Ctrl-C and Ctrl-D give up', async t => {
  for (const key of ['\u0003', '\u0004']) {
    const { typed, secret } = terminal()
    const refused = t.rejects(secret, { message: /Nothing was entered/ })
    await typed(key)
    await refused
  }
})

function terminal () {
  const input = Object.assign(new PassThrough(), { isTTY: true })
  const output = new PassThrough({ encoding: 'utf8' })
  const secret = readSecret(input, output, 'Password')
  // a person types after the question has appeared
  const typed = async (text: string) => {
    input.write(text)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  return { typed, secret, shown: () => output.read() }
}
