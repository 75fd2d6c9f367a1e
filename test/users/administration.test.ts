import t, { type Test } from 'tap'
import { ServiceError } from '../../src/sessions/errors.ts'
import { createAdministration } from '../../src/users/administration.ts'
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
  await t.rejects(administration.add({ ...zoe, email: 'Alice@Example.com' }), { code: 'email_taken', message: 'The email Alice@Example.com is taken.' })
})

t.test('an email that somebody else takes meanwhile is refused too; one that is taken costs no hash', async t => {
  const { users } = await testUsers(t)
  const late = createAdministration({ users: { ...users, find: async () => null }, passwords: { hash: async () => passwordHash }, endSessions: async () => 0, eraseHistory: async () => {} })
  await t.rejects(late.add({ ...zoe, email: 'alice@example.com' }), { code: 'email_taken' })
  const idle = createAdministration({ users, passwords: { hash: async () => { throw new Error('hashed') } }, endSessions: async () => 0, eraseHistory: async () => {} })
  await t.rejects(idle.add({ ...zoe, email: 'alice@example.com' }), { code: 'email_taken' })
})

t.test('what cannot be an account is refused with advice', async t => {
  const { administration, users } = await administer(t)
  const wrong = {
    email: ['', 'zoe', '@example.com', 'zoe@', 'z oe@example.com', 'zoe@example.com\n', `${'z'.repeat(250)}@example.com`, `${'İ'.repeat(130)}@example.com`],
    name: ['', 'x'.repeat(201), 'bell\u0007'],
    password: ['', '1234567', '🔑'.repeat(7), 'x'.repeat(1025)],
    passwordHash: ['', 'password123', passwordHash.replace('$04$', '$03$'), passwordHash.replace('$04$', '$17$')],
    roles: [['Admin'], ['admin', ''], ['x'.repeat(33)], ['a,b']]
  }
  for (const [member, values] of Object.entries(wrong)) {
    for (const value of values) {
      const outcome = await administration.add({ ...zoe, [member]: value }).catch(error => error)
      t.ok(outcome instanceof ServiceError, `${member}: ${value}`)
      t.match(outcome, { code: 'validation_failed', extras: { errors: [{ in: 'body', pointer: `/${member}`, detail: /./ }] } })
    }
  }
  t.equal((await users.list(1000)).length, 0)
})

t.test('disable, set-password and roles change the account first, then end its sessions', async t => {
  const { administration, users, ended } = await administer(t)
  t.match(await administration.change('BOB@example.com', { disabled: true }), { user: { id: 2, disabled: true }, endedSessions: 3 })
  t.match(await administration.setPassword('alice@example.com', { password: 'x'.repeat(1000) }), { user: { id: 1 }, endedSessions: 3 })
  t.match(await administration.setPassword('alice@example.com', { passwordHash }), { user: { id: 1 } })
  t.match(await administration.change('admin@example.com', { roles: [] }), { user: { id: 3, roles: [] }, endedSessions: 3 })
  t.match(ended, [
    { userId: '2', reason: 'disabled', account: { disabled: true } }, { userId: '1' }, { userId: '1' }, { userId: '3', reason: 'roles_changed', account: { roles: [] } }
  ])
  t.match(await users.findForLogin('alice@example.com'), { passwordHash })
})

t.test('remove disables the account, ends its sessions, erases their history, and only then takes it away', async t => {
  const { administration, users, ended, erased } = await administer(t)
  t.match(await administration.remove('BOB@example.com'), { user: { id: 2, email: 'bob@example.com' }, endedSessions: 3 })
  t.match(ended, [{ userId: '2', reason: 'account_deleted', account: { disabled: true } }])
  t.strictSame(erased, ['2'])
  t.equal(await users.find(2), null)
  await t.rejects(administration.remove(2), { code: 'user_not_found' })
})

t.test('a removal that broke off is made whole by asking for it once more', async t => {
  const { users } = await testUsers(t)
  const passwords = { hash: async () => passwordHash }
  const broken = async () => { throw new Error('away') }
  for (const effects of [{ endSessions: broken, eraseHistory: async () => {} }, { endSessions: async () => 2, eraseHistory: broken }]) {
    await t.rejects(createAdministration({ users, passwords, ...effects }).remove(2), { message: 'away' })
    t.match(await users.find(2), { disabled: true }, 'it is there, and nobody logs in')
  }
  const whole = createAdministration({ users, passwords, endSessions: async () => 2, eraseHistory: async () => {} })
  t.match(await whole.remove(2), { endedSessions: 2 })
  t.equal(await users.find(2), null)
})

t.test('an account that is enabled while it is removed lets nobody stay: its sessions are ended again', async t => {
  const { users } = await testUsers(t)
  const reasons: string[] = []
  const administration = createAdministration({
    users,
    passwords: { hash: async () => passwordHash },
    endSessions: async (_userId, reason) => reasons.push(reason),
    eraseHistory: async () => { if (reasons.length === 1) await users.setDisabled(2, false) }
  })
  await administration.remove(2)
  t.strictSame(reasons, ['account_deleted', 'account_deleted'])
  t.equal(await users.find(2), null)
})

t.test('enable ends nothing', async t => {
  const { administration, ended } = await administer(t)
  await administration.change(2, { disabled: true })
  t.match(await administration.change(2, { disabled: false }), { user: { id: 2, disabled: false }, endedSessions: 0 })
  t.equal(ended.length, 1)
})

t.test('nobody of that email: it says so and ends no sessions', async t => {
  const { administration, ended } = await administer(t)
  const nobody = 'nobody@example.com'
  const refusal = { code: 'user_not_found', message: 'Nobody has the email nobody@example.com.' }
  await t.rejects(administration.find(nobody), refusal)
  await t.rejects(administration.change(nobody, { disabled: true, roles: [] }), refusal)
  await t.rejects(administration.change(99_999_999_999, { disabled: true }), { code: 'user_not_found', message: 'There is no account 99999999999.' })
  await t.rejects(administration.setPassword(nobody, { password: 'correct horse' }), refusal)
  await t.rejects(administration.remove(nobody), refusal)
  t.strictSame(ended, [])
})

/** Sessions that are only counted: each user has three; notes the account as it was when they were ended. */
async function administer (t: Test) {
  const { users } = await testUsers(t)
  const ended: Array<{ userId: string, reason: string, account: unknown }> = []
  const erased: string[] = []
  const administration = createAdministration({
    users,
    passwords: { hash: async password => hashPassword({ password, cost: 4 }) },
    endSessions: async (userId, reason) => {
      const account = (await users.list()).find(user => String(user.id) === userId)
      ended.push({ userId, reason, account })
      return 3
    },
    eraseHistory: async userId => { erased.push(userId) }
  })
  return { administration, users, ended, erased }
}
