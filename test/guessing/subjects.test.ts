import t from 'tap'
import { createSubjects } from '../../src/guessing/subjects.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import { randomKeyring } from '../harness.ts'

const keyring = randomKeyring()
const subjects = createSubjects(createKeyring(keyring))

t.test('an account has one name in every spelling of its email, a network one for all its addresses', t => {
  t.match(subjects.account('alice@example.com'), /^[\w-]{22}$/)
  t.equal(subjects.account('ALICE@Example.com'), subjects.account('alice@example.com'))
  t.equal(subjects.account('MÜLLER@example.com'), subjects.account('müller@example.com'))
  t.not(subjects.account('bob@example.com'), subjects.account('alice@example.com'))
  t.equal(subjects.address('2001:db8::1'), subjects.address('2001:db8::2'))
  t.not(subjects.address('203.0.113.7'), subjects.account('203.0.113.7'), 'an account that is called like an address is none')
  t.match(subjects.device('x'), /^[\w-]{22}$/)
  t.not(subjects.device('alice@example.com'), subjects.account('alice@example.com'))
  t.end()
})

t.test('without the key nobody can tell whose a name is; instances with the same first key agree', t => {
  const other = createSubjects(createKeyring(randomKeyring()))
  t.not(other.account('alice@example.com'), subjects.account('alice@example.com'))
  const rolling = createSubjects(createKeyring(`${keyring},next:${randomKeyring().slice('test:'.length)}`))
  t.equal(rolling.account('alice@example.com'), subjects.account('alice@example.com'))
  t.end()
})
