import t, { type Test } from 'tap'
import { createLogin } from '../../src/users/login.ts'
import { createPasswordChange } from '../../src/users/password-change.ts'
import { createPasswordHasher } from '../../src/users/passwords/hasher.ts'
import { testUsers } from './database.ts'

const [email, current, next] = ['alice@example.com', 'password123', 'seven otters sing']

async function passwordChange (t: Test) {
  const { users } = await testUsers(t)
  const passwords = createPasswordHasher({ cost: 4, threads: 1 })
  t.teardown(() => passwords.close())
  const login = createLogin({ users, passwords })
  return { users, ...login, ...createPasswordChange({ users, passwords, prove: login.prove }) }
}

t.test('who knows the current password gets a new one, from the moment it is stored', async t => {
  const { authenticate, preparePasswordChange } = await passwordChange(t)
  const change = await preparePasswordChange(email, current, next)
  t.match(change, { user: { id: 1, email } })
  t.match(await authenticate(email, current), { id: 1 }, 'nothing has changed yet')
  t.equal(await change?.store(), true)
  t.equal(await authenticate(email, current), null)
  t.match(await authenticate(email, next), { id: 1 })
})

t.test('a wrong password, an unknown email and a disabled account change nothing', async t => {
  const { users, authenticate, preparePasswordChange } = await passwordChange(t)
  t.equal(await preparePasswordChange(email, 'wrong', next), null)
  t.equal(await preparePasswordChange('nobody@example.com', current, next), null)
  await users.setDisabled(email, true)
  t.equal(await preparePasswordChange(email, current, next), null)
  await users.setDisabled(email, false)
  t.match(await authenticate(email, current), { id: 1 })
})

t.test('of two changes at once one is stored; a reset and a disabling that come first win', async t => {
  const { users, authenticate, preparePasswordChange } = await passwordChange(t)
  const prepare = (password: string) => preparePasswordChange(email, password, next)
  const [one, two] = await Promise.all([prepare(current), prepare(current)])
  t.strictSame((await Promise.all([one?.store(), two?.store()])).sort(), [false, true])

  const late = await preparePasswordChange(email, next, 'nine herons wade')
  await users.setDisabled(email, true)
  t.equal(await late?.store(), false)
  await users.setDisabled(email, false)
  t.match(await authenticate(email, next), { id: 1 })
  const { passwordHash } = await users.findForLogin('bob@example.com')
  await users.setPasswordHash(email, passwordHash ?? '')
  t.equal(await late?.store(), false)
  t.match(await authenticate(email, 'secret456'), { id: 1 })
})
