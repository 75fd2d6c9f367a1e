import t, { type Test } from 'tap'
import { createUserDatabase } from '../../src/users/database.ts'
import { ensureDemoUsers, refuseDemoUsers } from '../../src/users/demo.ts'
import { createLogin } from '../../src/users/login.ts'
import { migrateUsers } from '../../src/users/migrate.ts'
import { hashPassword, matches } from '../../src/users/passwords/scheme.ts'
import { createUserRepository } from '../../src/users/repository.ts'
import { emptyDatabase, testUsers } from './database.ts'

let hashed = 0
const passwords = {
  hash: async (password: string) => {
    hashed++
    return hashPassword({ password, cost: 4 })
  }
}

t.test('in a fresh database two instances at once make alice 1, bob 2 and the admin 3', async t => {
  const url = await emptyDatabase(t)
  await migrateUsers(url)
  const database = createUserDatabase(url)
  t.teardown(() => database.close())
  const users = createUserRepository(database)
  await Promise.all([ensureDemoUsers(users, passwords), ensureDemoUsers(users, passwords)])
  t.strictSame((await users.list()).map(({ createdAtMs: _since, ...user }) => user), [
    { id: 1, email: 'alice@example.com', name: 'Alice', roles: [], disabled: false },
    { id: 2, email: 'bob@example.com', name: 'Bob', roles: [], disabled: false },
    { id: 3, email: 'admin@example.com', name: 'Admin', roles: ['admin'], disabled: false }
  ])
  for (const [name, password] of Object.entries({ alice: 'password123', bob: 'secret456', admin: 'admin789' })) {
    const { passwordHash } = await users.findForLogin(`${name}@example.com`)
    t.ok(matches(password, String(passwordHash)), name)
  }
})

t.test('an account that exists stays as it is, and nothing is hashed for it', async t => {
  const { users } = await testUsers(t)
  const passwordHash = hashPassword({ password: 'changed since', cost: 4 })
  await users.setPasswordHash('alice@example.com', passwordHash)
  await users.setDisabled('bob@example.com', true)
  hashed = 0
  await ensureDemoUsers(users, passwords)
  t.equal(hashed, 0)
  t.match(await users.findForLogin('alice@example.com'), { passwordHash })
  t.match(await users.findForLogin('bob@example.com'), { user: { disabled: true } })
})

t.test('one that was removed does not come back', async t => {
  const { users } = await testUsers(t)
  await users.setDisabled('alice@example.com', true)
  await users.remove(1)
  await ensureDemoUsers(users, passwords)
  t.strictSame((await users.list()).map(user => user.id), [2, 3])
})

t.test('somebody real with a demo email keeps id, name and password', async t => {
  const { users, database } = await testUsers(t)
  await database.query('DELETE FROM users')
  const passwordHash = hashPassword({ password: 'my own', cost: 4 })
  const real = await users.add({ email: 'alice@example.com', name: 'Alice Liddell', passwordHash })
  await ensureDemoUsers(users, passwords)
  const { createdAtMs: _since, ...user } = Object(real)
  t.strictSame(await users.findForLogin('alice@example.com'), { user, passwordHash, levelCost: 4 })
  t.strictSame((await users.list()).map(user => user.id), [2, 3, 1001])
})

t.test('where they are not wanted, every account that a published password opens is named, with what to do', async t => {
  const { users, login } = await openLogin(t)
  await t.rejects(refuseDemoUsers(users, login), { message: /: alice@example\.com, bob@example\.com, admin@example\.com\. .*DEMO_USERS=true/ })
  await users.setDisabled('bob@example.com', true)
  await users.setPasswordHash('admin@example.com', hashPassword({ password: 'changed since', cost: 4 }))
  await t.rejects(refuseDemoUsers(users, login), {
    message: `Demo accounts can log in with their published passwords although DEMO_USERS is not true: alice@example.com. Close them, or allow them with DEMO_USERS=true:
  npm run users -- disable alice@example.com     or     npm run users -- set-password alice@example.com`
  })
  await users.setDisabled('alice@example.com', true)
  await t.resolves(refuseDemoUsers(users, login))
})

t.test('that costs no hash where nobody has their emails', async t => {
  const { users, login, database, asked } = await openLogin(t)
  await database.query('DELETE FROM users')
  await t.resolves(refuseDemoUsers(users, login))
  t.strictSame(asked, [])
})

/** The login over the demo accounts; notes which passwords were tried. */
async function openLogin (t: Test) {
  const { users, database } = await testUsers(t)
  const asked: string[] = []
  const login = createLogin({
    users,
    passwords: {
      verify: async (password, lookUp) => {
        asked.push(password)
        const { storedHash } = await lookUp()
        return storedHash !== null && matches(password, storedHash)
      }
    }
  })
  return { users, login, database, asked }
}
