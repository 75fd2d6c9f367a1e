import { inspect } from 'node:util'
import t from 'tap'
import { createUserRepository } from '../../src/users/repository.ts'
import { hashPassword } from '../../src/users/passwords/scheme.ts'
import { testUsers } from './database.ts'

const passwordHash = hashPassword({ password: 'correct horse', cost: 5 })
const carol = { email: 'Carol@Example.com', name: 'Carol', passwordHash }

t.test('a new account gets the next id, a lower-case email and no roles', async t => {
  const { users } = await testUsers(t)
  const before = Date.now()
  const { createdAtMs, ...account } = Object(await users.add(carol))
  t.strictSame(account, { id: 1001, email: 'carol@example.com', name: 'Carol', roles: [], disabled: false })
  t.ok(Number.isInteger(createdAtMs) && Math.abs(createdAtMs - before) < 5000, 'since when, in milliseconds')
  t.match(await users.add({ ...carol, email: 'dan@example.com', roles: ['admin', 'audit'] }), { id: 1002, roles: ['admin', 'audit'] })
})

t.test('an email exists once, whatever its case and however many add it at the same time', async t => {
  const { users, database } = await testUsers(t)
  const emails = ['eve@example.com', 'EVE@example.com', 'Eve@Example.COM', 'eve@EXAMPLE.com']
  const added = await Promise.all(emails.map(email => users.add({ ...carol, email })))
  t.equal(added.filter(user => user !== null).length, 1)
  t.equal(await users.add({ ...carol, email: 'ALICE@example.com' }), null)
  await t.rejects(database.query('INSERT INTO users (email, name, password_hash) VALUES ($1, $2, $3)', ['Bob@Example.com', 'B', passwordHash]),
    { code: '23505' }, 'the database itself refuses too')
})

t.test('findForLogin asks once and answers in one form, known or unknown', async t => {
  const { users, database } = await testUsers(t)
  await users.add({ ...carol, email: 'É@example.com' })
  let statements = 0
  const { findForLogin } = createUserRepository({
    query: (text, values) => {
      statements++
      return database.query(text, values)
    }
  })
  t.match(await findForLogin('ALICE@Example.com'),
    { user: { id: 1, email: 'alice@example.com', name: 'Alice', roles: [], disabled: false }, passwordHash: /^\$2b\$04\$/, levelCost: 5 })
  t.match(await findForLogin('é@example.com'), { user: { id: 1001 } }, 'case beyond ASCII, whatever the locale of the server')
  for (const unknown of ['nobody@example.com', '', 'alice@example.com\0', "' OR true --", '\ud800']) {
    t.strictSame(await findForLogin(unknown), { user: null, passwordHash: null, levelCost: 5 }, JSON.stringify(unknown))
  }
  t.equal(statements, 7)
})

t.test('without any account there is no level', async t => {
  const { users, database } = await testUsers(t)
  await database.query('DELETE FROM users')
  t.strictSame(await users.findForLogin('alice@example.com'), { user: null, passwordHash: null, levelCost: null })
})

t.test('the level follows every change of a hash and is read from an index', async t => {
  const { users, database } = await testUsers(t)
  await users.setPasswordHash('bob@example.com', passwordHash)
  t.match(await users.findForLogin('x'), { levelCost: 5 })
  await users.setPasswordHash('bob@example.com', hashPassword({ password: 'x'.repeat(99), cost: 4 }))
  t.match(await users.findForLogin('x'), { levelCost: 4 })
  await database.query("INSERT INTO users (email, name, password_hash) SELECT 'u' || n || '@example.com', 'U', $1 FROM generate_series(1, 2000) n", [passwordHash])
  await database.query('ANALYZE users')
  const plan = await database.query<{ 'QUERY PLAN': string }>('EXPLAIN SELECT max(password_cost) FROM users')
  t.match(plan.map(row => row['QUERY PLAN']).join('\n'), /users_password_cost/)
})

t.test('changes find the account by email and return it', async t => {
  const { users } = await testUsers(t)
  t.match(await users.setDisabled('BOB@example.com', true), { id: 2, disabled: true })
  t.match(await users.setDisabled('bob@example.com', false), { id: 2, disabled: false })
  t.match(await users.setPasswordHash('bob@example.com', passwordHash), { id: 2 })
  t.match(await users.findForLogin('bob@example.com'), { passwordHash })
  t.equal(await users.setDisabled('nobody@example.com', true), null)
  t.equal(await users.setPasswordHash('nobody@example.com', passwordHash), null)
})

t.test('an account is found by its email in any case, or by its id; several of its members change at once', async t => {
  const { users } = await testUsers(t)
  t.match(await users.find('BOB@example.com'), { id: 2, name: 'Bob' })
  t.match(await users.change(2, { disabled: true, roles: ['admin', 'audit'] }), { id: 2, disabled: true, roles: ['admin', 'audit'] })
  t.match(await users.find(2), { email: 'bob@example.com', disabled: true, roles: ['admin', 'audit'] })
  t.match(await users.find(1), { disabled: false, roles: [] }, 'nobody else is changed')
  for (const unknown of [0, 4, 99_999_999_999, 'nobody@example.com', '2']) {
    t.equal(await users.find(unknown), null)
    t.equal(await users.change(unknown, { disabled: true }), null)
  }
})

t.test('an account is removed once it is disabled, and its id is nobody’s again, whichever it was', async t => {
  const { users } = await testUsers(t)
  t.equal(await users.remove(2), false, 'it can log in still')
  await users.setDisabled(2, true)
  t.strictSame((await Promise.all([users.remove(2), users.remove(2), users.remove(2)])).sort(), [false, false, true])
  t.equal(await users.find(2), null)
  t.equal(await users.add({ ...carol, id: 2, email: 'bob@example.com' }), null, 'a fixed id')
  t.match(await users.add({ ...carol, email: 'bob@example.com' }), { id: 1001 }, 'the email is free')

  await users.setDisabled(1001, true)
  t.equal(await users.remove(1001), true)
  t.match(await users.add(carol), { id: 1002 }, 'the last one too')
  t.equal(await users.remove(7), false)
})

t.test('list goes through all accounts page by page', async t => {
  const { users } = await testUsers(t)
  t.strictSame((await users.list()).map(user => user.email), ['alice@example.com', 'bob@example.com', 'admin@example.com'])
  t.strictSame((await users.list(1, 1)).map(user => user.id), [2])
  t.strictSame(await users.list(3), [])
  t.strictSame(await users.list(99_999_999_999), [])
})

t.test('what is not a hash, or one of a cost that would block a thread for minutes, is refused by the database', async t => {
  const { users } = await testUsers(t)
  for (const wrong of ['password123', '', passwordHash + 'x', passwordHash.replace('$05$', '$17$'), passwordHash.replace('$05$', '$03$')]) {
    const error = await users.add({ ...carol, passwordHash: wrong }).catch(error => error)
    t.match(error.code, /^23/, wrong)
    t.notMatch(inspect(error), /\$05\$|Failing row/, 'and the error does not repeat it')
  }
})

t.test('ping resolves while PostgreSQL answers', async t => {
  const { users } = await testUsers(t)
  await users.ping()
})
