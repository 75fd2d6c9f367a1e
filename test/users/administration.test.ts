import t, { type Test } from 'tap'
import { AccountError, createAdministration } from '../../src/users/administration.ts'
import { hashPassword, matches } from '../../src/users/passwords/scheme.ts'
import { testUsers } from './database.ts'

const zoe = { email: 'zoe@example.com', name: 'Zoë', roles: ['admin'], password: 'correct horse' }
const passwordHash = hashPassword({ password: 'imported', cost: 4 })

t.test('a new account logs in with its password, or with the hash that came along', async t => {
  const { administration, users } = await administer(t)
  t.match(await administration.add(zoe), { email: 'zoe@example.com', name: 'Zoë', roles: ['admin'] })
  t.ok(matches('correct horse', String((await users.findForLogin(zoe.email)).passwordHash)))
  const { password, ...rest } = zoe
  await administration.add({ ...rest, email: 'yan@example.com', passwordHash })
  t.match(await users.findForLogin('yan@example.com'), { passwordHash })
})

t.test('an email that is taken is refused in any case', async t => {
  const { administration } = await administer(t)
  await t.rejects(administration.add({ ...zoe, email: 'Alice@Example.com' }), new AccountError('The email Alice@Example.com is taken.'))
})

t.test('what cannot be an account is refused with advice', async t => {
  const { administration, users } = await administer(t)
  const wrong = {
    email: ['', 'zoe', '@example.com', 'zoe@', 'z oe@example.com', 'zoe@example.com\n', `${'z'.repeat(250)}@example.com`],
    name: ['', 'x'.repeat(201), 'bell\u0007'],
    password: ['', '1234567', '🔑'.repeat(7), 'x'.repeat(1025)],
    passwordHash: ['', 'password123', passwordHash.replace('$04$', '$03$'), passwordHash.replace('$04$', '$17$')],
    roles: [['Admin'], ['admin', ''], ['x'.repeat(33)], ['a,b']]
  }
  for (const [member, values] of Object.entries(wrong)) {
    for (const value of values) {
      const outcome = await administration.add({ ...zoe, [member]: value }).catch(error => error)
      t.ok(outcome instanceof AccountError, `${member}: ${value}`)
    }
  }
  t.equal((await users.list(1000)).length, 0)
})

t.test('disable, set-password and roles change the account first, then end its sessions', async t => {
  const { administration, users, ended } = await administer(t)
  t.match(await administration.disable('BOB@example.com'), { user: { id: 2, disabled: true }, endedSessions: 3 })
  t.match(await administration.setPassword('alice@example.com', { password: 'x'.repeat(1000) }), { user: { id: 1 }, endedSessions: 3 })
  t.match(await administration.setPassword('alice@example.com', { passwordHash }), { user: { id: 1 } })
  t.match(await administration.setRoles('admin@example.com', []), { user: { id: 3, roles: [] }, endedSessions: 3 })
  t.match(ended, [
    { userId: '2', reason: 'disabled', account: { disabled: true } }, { userId: '1' }, { userId: '1' }, { userId: '3', reason: 'roles_changed', account: { roles: [] } }
  ])
  t.match(await users.findForLogin('alice@example.com'), { passwordHash })
})

t.test('enable ends nothing', async t => {
  const { administration, ended } = await administer(t)
  await administration.disable('bob@example.com')
  t.match(await administration.enable('bob@example.com'), { id: 2, disabled: false })
  t.equal(ended.length, 1)
})

t.test('nobody of that email: it says so and ends no sessions', async t => {
  const { administration, ended } = await administer(t)
  const nobody = 'nobody@example.com'
  const refusal = new AccountError('Nobody has the email nobody@example.com.')
  await t.rejects(administration.disable(nobody), refusal)
  await t.rejects(administration.enable(nobody), refusal)
  await t.rejects(administration.setRoles(nobody, []), refusal)
  await t.rejects(administration.setPassword(nobody, { password: 'correct horse' }), refusal)
  t.strictSame(ended, [])
})

/** Sessions that are only counted: each user has three; notes the account as it was when they were ended. */
async function administer (t: Test) {
  const { users } = await testUsers(t)
  const ended: Array<{ userId: string, reason: string, account: unknown }> = []
  const administration = createAdministration({
    users,
    passwords: { hash: async password => hashPassword({ password, cost: 4 }) },
    endSessions: async (userId, reason) => {
      const account = (await users.list()).find(user => String(user.id) === userId)
      ended.push({ userId, reason, account })
      return 3
    }
  })
  return { administration, users, ended }
}
