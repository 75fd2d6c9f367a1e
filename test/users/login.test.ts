import t, { type Test } from 'tap'
import { createLogin } from '../../src/users/login.ts'
import { createPasswordHasher } from '../../src/users/passwords/hasher.ts'
import { hashPassword } from '../../src/users/passwords/scheme.ts'
import { testUsers } from './database.ts'

t.test('the right password gives the user, and nothing of the hash', async t => {
  const { authenticate } = await login(t)
  const alice = { id: 1, email: 'alice@example.com', name: 'Alice', roles: [], disabled: false }
  t.strictSame(await authenticate('alice@example.com', 'password123'), alice)
  t.strictSame(await authenticate('ALICE@Example.Com', 'password123'), alice)
  t.match(await authenticate('admin@example.com', 'admin789'), { id: 3, roles: ['admin'] })
})

t.test('unknown, wrong and disabled are one and the same null', async t => {
  const { authenticate, users } = await login(t)
  await users.setDisabled('bob@example.com', true)
  t.equal(await authenticate('nobody@example.com', 'password123'), null)
  t.equal(await authenticate('alice@example.com', 'password124'), null)
  t.equal(await authenticate('alice@example.com', ''), null)
  t.equal(await authenticate('bob@example.com', 'secret456'), null, 'disabled, although the password is right')
  await users.setDisabled('bob@example.com', false)
  t.match(await authenticate('bob@example.com', 'secret456'), { id: 2 })
})

t.test('each refusal asks for the same work: the level of the highest stored cost', async t => {
  const { users } = await testUsers(t)
  await users.setPasswordHash('bob@example.com', hashPassword({ password: 'secret456', cost: 6 }))
  await users.setDisabled('bob@example.com', true)
  const asked: unknown[] = []
  const { authenticate } = createLogin({
    users,
    passwords: {
      verify: async (password, lookUp) => {
        const { storedHash, levelCost } = await lookUp()
        asked.push({ password, stored: storedHash !== null, levelCost })
        return false
      }
    }
  })
  for (const name of ['nobody', 'alice', 'bob']) await authenticate(`${name}@example.com`, 'wrong')
  t.strictSame(asked, [
    { password: 'wrong', stored: false, levelCost: 6 },
    { password: 'wrong', stored: true, levelCost: 6 },
    { password: 'wrong', stored: false, levelCost: 6 }
  ])
})

t.test('an imported hash logs in at once, also one of a higher cost or of another prefix', async t => {
  const { authenticate, database } = await login(t)
  // made with libxcrypt 4.4, another implementation
  await database.query("INSERT INTO users (email, name, password_hash) VALUES ('Imported@example.com', 'I', '$2y$05$abcdefghijklmnopqrstuuVvizFiIFKRHf5OQay/hm.7gM0NJgP1u')")
  t.match(await authenticate('imported@example.com', 'password123'), { email: 'Imported@example.com' })
  t.equal(await authenticate('imported@example.com', 'password124'), null)
})

t.test('a password over 72 bytes counts to its last byte', async t => {
  const { authenticate, users, passwords } = await login(t)
  for (const length of [73, 100, 1000]) {
    await users.setPasswordHash('alice@example.com', await passwords.hash('p'.repeat(length)))
    t.match(await authenticate('alice@example.com', 'p'.repeat(length)), { id: 1 })
    t.equal(await authenticate('alice@example.com', `${'p'.repeat(length - 1)}q`), null)
  }
})

async function login (t: Test) {
  const { users, database } = await testUsers(t)
  const passwords = createPasswordHasher({ cost: 4, threads: 1 })
  t.teardown(() => passwords.close())
  return { ...createLogin({ users, passwords }), users, database, passwords }
}
