import t from 'tap'
import { canonicalEmail, isEmail } from '../../src/users/email.ts'

t.test('an email is something, an @, and something', t => {
  for (const text of ['a@b', 'root@localhost', 'müller@example.com', 'alice+tag@example.com', '"quoted"@example.com', '名@例え.jp', `${'a'.repeat(250)}@b.c`, '😀'.repeat(200) + '@b']) t.ok(isEmail(text), text)
  for (const text of ['', '@', 'a@', '@b', 'ab', 'a@b@c', 'a b@c', 'a@b ', 'a@b\n', ' a@b', 'a\u0000@b', 'a@\u007f', 'a@\u009b', `${'a'.repeat(251)}@b.c`]) t.notOk(isEmail(text), JSON.stringify(text))
  t.end()
})

t.test('an email is compared in one spelling, which PostgreSQL can take', t => {
  t.equal(canonicalEmail('MÜLLER@Example.com'), 'müller@example.com')
  t.equal(canonicalEmail('a\0@b'), 'a\ufffd@b')
  t.end()
})
