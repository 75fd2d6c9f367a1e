import t, { type Test } from 'tap'
import { createHashUpgrade } from '../../src/users/hash-upgrade.ts'
import { createLogin } from '../../src/users/login.ts'
import { hashPassword } from '../../src/users/passwords/scheme.ts'
import { createPasswordHasher } from '../../src/users/passwords/hasher.ts'
import { testUsers } from './database.ts'

const bob = { email: 'bob@example.com', password: 'secret456' }

/** A login over a real database that upgrades; `settled` resolves when the upgrade that a login began is over. */
async function upgradingLogin (t: Test, costs: [number, ...number[]] = [6], hash?: (password: string) => Promise<string>) {
  const { users, database } = await testUsers(t)
  const passwords = createPasswordHasher({ cost: 4, threads: 1 })
  t.teardown(() => passwords.close())
  const errors: unknown[] = []
  let settle: (replaced: boolean | null) => void = () => {}
  const upgrade = createHashUpgrade({
    users: {
      async replacePasswordHash (...args) {
        const replaced = await users.replacePasswordHash(...args)
        settle(replaced)
        return replaced
      }
    },
    passwords: { hash: hash ?? passwords.hash },
    costsFor: () => costs,
    onError: error => { errors.push(error); settle(null) }
  })
  const { authenticate } = createLogin({ users, passwords, onProven: upgrade })
  const logIn = async (password = bob.password) => {
    const settled = new Promise<boolean | null>(resolve => { settle = resolve })
    return { user: await authenticate(bob.email, password), settled }
  }
  return { users, logIn, errors, hashNow: async () => (await users.findForLogin(bob.email)).passwordHash ?? '', database }
}

t.test('a login with a hash of another cost stores one of the wanted cost, up or down, which logs in as before', async t => {
  for (const cost of [6, 4]) {
    const { users, logIn, hashNow } = await upgradingLogin(t, [5])
    await users.setPasswordHash(bob.email, hashPassword({ password: bob.password, cost }))
    const { user, settled } = await logIn()
    t.match(user, { id: 2 })
    t.equal(await settled, true)
    t.match(await hashNow(), /^\$2b\$05\$/)
    const upgraded = await hashNow()
    t.match((await logIn()).user, { id: 2 })
    t.equal(await hashNow(), upgraded, 'once')
  }
})

t.test('a cost that the account may have stays', async t => {
  const { logIn, hashNow } = await upgradingLogin(t, [6, 4])
  const before = await hashNow()
  t.match((await logIn()).user, { id: 2 })
  await logIn()
  t.equal(await hashNow(), before)
})

t.test('a login that is refused upgrades nothing', async t => {
  let hashed = 0
  const { users, logIn } = await upgradingLogin(t, [6], async () => String(hashed++))
  t.equal((await logIn('wrong')).user, null)
  await users.setDisabled(bob.email, true)
  t.equal((await logIn()).user, null)
  t.equal(hashed, 0)
})

t.test('a password that was changed meanwhile wins', async t => {
  const changed = hashPassword({ password: 'seven otters sing', cost: 4 })
  const { users, logIn, hashNow } = await upgradingLogin(t, [6], async password => {
    await users.setPasswordHash(bob.email, changed)
    return hashPassword({ password, cost: 6 })
  })
  const { user, settled } = await logIn()
  t.match(user, { id: 2 })
  t.equal(await settled, false)
  t.equal(await hashNow(), changed)
})

t.test('an upgrade that fails is told and fails no login', async t => {
  const failure = new Error('busy')
  const { logIn, errors, hashNow } = await upgradingLogin(t, [6], async () => { throw failure })
  const before = await hashNow()
  const { user, settled } = await logIn()
  t.match(user, { id: 2 })
  t.equal(await settled, null)
  t.strictSame(errors, [failure])
  t.equal(await hashNow(), before)
})
