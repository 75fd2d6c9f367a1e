import { createHash, createHmac } from 'node:crypto'
import bcrypt from 'bcryptjs'
import t from 'tap'
import { costOf, hashPassword, isPasswordHash, matches } from '../../../src/users/passwords/scheme.ts'

const hash = (password: string): string => hashPassword({ password, cost: 4 })
const bytes = (count: number): string => 'x'.repeat(count)

t.test('a password of at most 72 bytes becomes a standard bcrypt hash', async t => {
  for (const password of ['', 'password123', bytes(72), '€'.repeat(24)]) {
    const stored = hash(password)
    t.match(stored, /^\$2b\$04\$[./A-Za-z0-9]{53}$/)
    t.ok(matches(password, stored))
    t.notOk(matches(`${password}!`, stored))
  }
})

t.test('a longer one is verified whole and its hash carries the mark of the scheme', async t => {
  for (const length of [73, 100, 1000]) {
    const stored = hash(bytes(length))
    t.match(stored, /^bcrypt-sha384\$\$2b\$04\$[./A-Za-z0-9]{53}$/)
    t.ok(matches(bytes(length), stored))
    t.notOk(matches(`${bytes(length - 1)}y`, stored), `differs at byte ${length}`)
    t.notOk(matches(bytes(length - 1), stored), 'one byte less')
    t.notOk(matches(bytes(length + 1), stored), 'one byte more')
  }
  t.match(hash('€'.repeat(25)), /^bcrypt-sha384\$/, 'bytes count, not characters')
})

t.test('standard bcrypt hashes of every common prefix import as they are', async t => {
  // made with libxcrypt 4.4, another implementation
  const vectors: Array<[password: string, rest: string]> = [
    ['', '05$abcdefghijklmnopqrstuu0oImNDIy4flhldV9YqunRgBAePKmw7m'],
    ['password123', '05$abcdefghijklmnopqrstuuVvizFiIFKRHf5OQay/hm.7gM0NJgP1u'],
    ['motörhead €', '05$abcdefghijklmnopqrstuuRX/Slt0YaVJcZk4P4v4Kf9VgqaHWAuq']
  ]
  for (const [password, rest] of vectors) {
    for (const prefix of ['$2a$', '$2b$', '$2y$']) t.ok(matches(password, prefix + rest), `${prefix} of "${password}"`)
  }
})

t.test('a standard hash accepts no password over 72 bytes, although bcrypt would', async t => {
  const stored = hash(bytes(72))
  for (const length of [73, 100, 1000]) t.notOk(matches(bytes(length), stored))
})

t.test('a NUL is a character like any other, although bcrypt repeats its key after it', async t => {
  t.notOk(matches('a\0a', hash('a')))
  t.notOk(matches('a', hash('a\0a')))
  t.notOk(matches('a\0b', hash('a\0c')))
  t.ok(matches('a\0a', hash('a\0a')))
})

t.test('what bcrypt gets of a long password is its HMAC-SHA-384 under a label of our own, not a digest that others may hold', async t => {
  const [, inner = ''] = hash(bytes(100)).split('bcrypt-sha384$')
  const digest = (key: string) => createHmac('sha384', key).update(bytes(100)).digest('base64')
  t.ok(bcrypt.compareSync(digest('session-service:password:v1'), inner))
  t.notOk(bcrypt.compareSync(digest(''), inner))
  t.notOk(bcrypt.compareSync(createHash('sha384').update(bytes(100)).digest('base64'), inner))
  t.notOk(matches(digest('session-service:password:v1'), `bcrypt-sha384$${inner}`), 'and that HMAC is not a password')
})

t.test('composed and decomposed forms are different passwords: what was typed is what counts', async t => {
  t.notOk(matches('caf\u00e9 au lait', hash('cafe\u0301 au lait')))
})

t.test('stored hashes are recognised and tell their cost', async t => {
  for (const stored of [hash('short'), hash(bytes(99))]) {
    t.ok(isPasswordHash(stored))
    t.equal(costOf(stored), 4)
  }
  for (const text of ['', 'password123', '$2b$04$short', '$2x$' + hash('x').slice(4), 'bcrypt-sha384$', hash('x') + '\n']) {
    t.notOk(isPasswordHash(text), JSON.stringify(text))
  }
})
