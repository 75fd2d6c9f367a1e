import t from 'tap'
import { isPatterned } from '../../../src/users/passwords/patterned.ts'

t.test('a few characters over and over are a pattern', t => {
  for (const text of ['aaaaaaaa', '12121212', '123123123', '12312312', '12341234', 'xkqzxkqz', '🦊🦊🦊🦊🦊🦊🦊🦊', '🦊🐙🦊🐙🦊🐙🦊🐙', '        ']) t.equal(isPatterned(text), true, text)
  t.equal(isPatterned('xkqzvxkqzv'), false, 'five of them are a word')
  t.end()
})

t.test('runs of characters and of keys are a pattern, also several of them', t => {
  for (const text of ['abcdefgh', 'hgfedcba', '34567890', '09876543', '1234abcd', 'aaabbbccc', 'abc123xyz', 'qwertyui', 'poiuytre', 'asdfghjk', 'qwertzui', 'azertyui', 'qwerty321', 'zxc123asd', '123454321', 'абвгдежз']) t.equal(isPatterned(text), true, text)
  t.end()
})

t.test('a run beside something else is none', t => {
  for (const text of ['abcdefgx', 'xabcdefg', 'abcdxefgh', 'aabbccdd', 'acegikmo', '12345678-x', 'uiopasqw', 'seven otters sing']) t.equal(isPatterned(text), false, text)
  t.end()
})
