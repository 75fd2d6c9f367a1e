import t from 'tap'
import { createUserDatabase } from '../../src/users/database.ts'
import { createLogin } from '../../src/users/login.ts'
import { createPasswordHasher } from '../../src/users/passwords/hasher.ts'
import { createUserRepository } from '../../src/users/repository.ts'
import { testDatabase } from './database.ts'

t.test('login', async t => {
  const database = createUserDatabase(await testDatabase(t))
  const passwords = createPasswordHasher({ cost: 4, threads: 1 })
  t.teardown(async () => { await database.close(); await passwords.close() })
  const users = createUserRepository(database)
  const { authenticate } = createLogin({ users, passwords })

  t.test('the right password gives the user, without anything of the hash', async t => {
    t.strictSame(await authenticate('alice@example.com', 'password123'),
      { id: 1, email: 'alice@example.com', name: 'Alice', roles: [], disabled: false })
  })
})
