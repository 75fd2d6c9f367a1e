import t from 'tap'
import { weaknessOf } from '../../../src/users/passwords/guessable.ts'

const ada = { email: 'ada.lovelace+shop@analytical.example', name: 'Ada King-Noel' }

t.test('common passwords and single words are refused in any case and width', t => {
  for (const password of ['password', 'PassWord1', 'iloveyou', '12345678', 'qwertyuiop', 'password123', 'sunshine', 'abdominal', 'ｐａｓｓｗｏｒｄ']) t.equal(weaknessOf(password, ada), 'common', password)
  t.end()
})

t.test('words of the account and of the service do not count as characters', t => {
  for (const password of ['Lovelace2024!', 'lovelace.ada', 'Ada King-Noel', '1234ada567', 'session-service', 'MySessions1!', 'analytical.example', 'ａｄａ-123456']) t.equal(weaknessOf(password, ada), 'context', password)
  t.end()
})

t.test('repetitions and runs are common, whole or beside words of the account', t => {
  for (const password of ['aaaaaaaa', '00000000', 'abcdefgh', '12341234', '99999999', '12121212', '123123123', '1111111111', 'ABCD1234', 'adaadaada']) t.equal(weaknessOf(password, ada), 'common', password)
  for (const password of ['lovelace12341234', 'iloveyoulovelace', 'ada12345678']) t.equal(weaknessOf(password, ada), 'context', password)
  t.end()
})

t.test('the whole address and its domain do not count either, and a top-level domain is no word', t => {
  for (const password of [ada.email, ada.email.toUpperCase(), 'x@analytical.example', 'lovelace@analytical.example']) t.equal(weaknessOf(password, ada), 'context', password)
  t.equal(weaknessOf('example-9', ada), null)
  t.equal(weaknessOf('welcoming9', { email: 'a@b.com', name: '' }), null)
  t.equal(weaknessOf('xk27bqb.co', { email: 'q@b', name: '' }), null, 'nor is what is very short')
  t.end()
})

t.test('a word of three letters counts where it stands alone', t => {
  const ann = { email: 'ann@example.com', name: 'Ann' }
  t.equal(weaknessOf('planning22', ann), null)
  t.equal(weaknessOf('k19lxqbvw', { email: '9lx@a.example', name: '' }), null, 'a digit before a digit')
  t.equal(weaknessOf('kq9lx_bvw', { email: '9lx@a.example', name: '' }), 'context')
  for (const password of ['ann19941', '19941ann', '1994ann_', 'Ann-Ann-1994']) t.equal(weaknessOf(password, ann), 'context', password)
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
  t.equal(weaknessOf('प्रियंका12345', { email: 'p@a.example', name: 'प्रियंका' }), 'context', 'its marks belong to it')
  t.equal(weaknessOf('irrelevant name', { email: 'i@a.example', name: '(.*)+$' }), null, 'and no pattern')
  t.end()
})
