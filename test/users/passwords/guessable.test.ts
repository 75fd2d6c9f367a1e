import t from 'tap'
import { weaknessOf } from '../../../src/users/passwords/guessable.ts'

const ada = { email: 'ada.lovelace+shop@analytical.example', name: 'Ada King-Noel' }

t.test('common passwords and single words are refused in any case and width', t => {
  for (const password of ['password', 'PassWord1', 'iloveyou', '12345678', 'qwertyuiop', 'password123', 'sunshine', 'abdominal', 'ｐａｓｓｗｏｒｄ']) t.equal(weaknessOf(password, ada), 'common', password)
  t.end()
})

t.test('words of the account and of the service do not count as characters', t => {
  for (const password of ['adaadaada', 'Lovelace2024!', 'lovelace.ada', 'Ada King-Noel', '1234ada567', 'session-service', 'MySessions1!', 'analytical.example', 'ａｄａ-123456']) t.equal(weaknessOf(password, ada), 'context', password)
  t.end()
})

t.test('what is a password without them is one with them', t => {
  for (const password of ['ada likes green tea', 'lovelace9T#k2vQx', '8461920374ada610283', 'seven otters sing', 'correct horse', 'näh-öß-ÿ-œ', '😀😁😂🤣😃😄😅😆']) t.equal(weaknessOf(password, ada), null, password)
  t.equal(weaknessOf('ada😀😁😂🤣😃😄😅', ada), 'context', 'by code point: seven are left')
  t.equal(weaknessOf('ada😀😁😂🤣😃😄😅😆', ada), null, 'eight')
  t.end()
})

t.test('words of one or two letters are in every password by chance and do not count', t => {
  t.equal(weaknessOf('bo7xk2bo', { email: 'bo@a.example', name: 'Bo Li' }), null)
  t.equal(weaknessOf('xk27bo1q', { email: 'bo1@a.example', name: '' }), 'context')
  t.end()
})

t.test('a name in letters of any script is a word', t => {
  t.equal(weaknessOf('Jürgensen99', { email: 'j@a.example', name: 'Jürgensen' }), 'context')
  t.equal(weaknessOf('иванов12345', { email: 'i@a.example', name: 'Иванов' }), 'context')
  t.equal(weaknessOf('irrelevant name', { email: 'i@a.example', name: '(.*)+$' }), null, 'and no pattern')
  t.end()
})
