import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { noteCredential } from '../leaks/known.ts'
import { build, buildAnother, inspector, login } from '../harness.ts'
import { tagOf } from '../../src/sessions/credential.ts'
import { createKeys } from '../../src/store/keys.ts'
import { isInvalid, isProblem } from './problem.ts'
import { putBack } from '../store/aging.ts'

const zoe = { email: 'Zoe@Example.com', name: 'Zoë', password: 'seven otters sing' }

async function logIn (app: FastifyInstance, email: string, password: string) {
  const response = await app.inject({ method: 'POST', url: '/login', payload: { email, password } })
  if (response.statusCode === 200) noteCredential(app, response.json().sessionId)
  return response
}

const shapeOf = ({ statusCode, headers: { date, ...headers }, body }: Awaited<ReturnType<typeof logIn>>) => JSON.stringify([statusCode, { ...headers, 'x-request-id': '' }, body])

/** An instance that did not do it has it from news: within milliseconds, a second at most. */
async function isRefusedElsewhere (t: Test, { call }: Awaited<ReturnType<typeof login>>): Promise<void> {
  const untilMs = performance.now() + 1000
  while ((await call('GET', '/me')).statusCode === 200 && performance.now() < untilMs) await sleep(1)
  isProblem(t, await call('GET', '/me'), 401, 'invalid_session')
}

t.test('lists accounts by id, a page at a time, and never a hash', async t => {
  const { app } = await build(t)
  const admin = await login(app, 'admin')
  const all = await admin.call('GET', '/admin/users')
  t.equal(all.statusCode, 200, all.body)
  t.match(all.json(), {
    users: [
      { id: 1, email: 'alice@example.com', name: 'Alice', roles: [], disabled: false, createdAt: /^\d{13}$/ },
      { id: 2, email: 'bob@example.com' },
      { id: 3, email: 'admin@example.com', roles: ['admin'] }
    ]
  })
  t.equal(all.json().nextCursor, undefined)
  t.strictSame(Object.keys(all.json().users[0]), ['id', 'email', 'name', 'roles', 'disabled', 'createdAt'])
  t.notMatch(all.body, /\$2|hash/)

  const ids: number[] = []
  let cursor = ''
  for (let pages = 0; pages < 3; pages++) {
    const { users, nextCursor } = (await admin.call('GET', `/admin/users?limit=1${cursor}`)).json()
    t.equal(users.length, 1)
    ids.push(users[0].id)
    cursor = `&cursor=${nextCursor}`
  }
  t.strictSame(ids, [1, 2, 3])
  t.equal(cursor, '&cursor=undefined', 'the last page has no next one')
})

t.test('a cursor that was not made here is refused, one beyond every account is an empty page', async t => {
  const { app } = await build(t)
  const admin = await login(app, 'admin')
  const at = (cursor: string) => admin.call('GET', `/admin/users?cursor=${cursor}`)
  const { nextCursor } = (await admin.call('GET', '/admin/users?limit=1')).json<{ nextCursor: string }>()
  t.equal((await at(nextCursor)).json().users[0].id, 2)
  const made = ['x', '1', 'user.1'].map(text => Buffer.from(text).toString('base64url'))
  for (const cursor of [...made, `${nextCursor}!`, `${nextCursor}A`, `${nextCursor.startsWith('A') ? 'B' : 'A'}${nextCursor.slice(1)}`, nextCursor.slice(0, -1), app.cursorsOf('sessions', '3', {}).cursorOf('1')]) isProblem(t, await at(cursor), 400, 'malformed_cursor', cursor)
  t.strictSame((await at(app.cursorsOf('accounts').cursorOf('9999999999'))).json(), { users: [] })
  isInvalid(t, await admin.call('GET', '/admin/users?limit=101&all=1'), ['querystring/limit', 'querystring/all'])
})

t.test('an added account logs in, with its roles', async t => {
  const { app } = await build(t)
  const admin = await login(app, 'admin')
  const added = await admin.call('POST', '/admin/users', { ...zoe, roles: ['admin', 'audit'] })
  t.equal(added.statusCode, 201, added.body)
  t.match(added.json(), { message: 'User created', user: { id: 1001, email: 'zoe@example.com', name: 'Zoë', roles: ['admin', 'audit'], disabled: false, createdAt: /^\d{13}$/ } })
  t.notMatch(added.body, /otters|\$2/)
  const { sessionId } = (await logIn(app, zoe.email, zoe.password)).json()
  t.equal((await app.inject({ url: '/admin/stats', headers: { 'x-session-id': sessionId } })).statusCode, 200)
  t.match((await admin.call('POST', '/admin/users', { ...zoe, email: 'yan@example.com' })).json().user, { id: 1002, roles: [] })
})

t.test('what cannot be added: an email that is taken, a password that is guessed, what is no account', async t => {
  const { app } = await build(t)
  const admin = await login(app, 'admin')
  const add = (change: object) => admin.call('POST', '/admin/users', { ...zoe, ...change })
  isProblem(t, await add({ email: 'ALICE@example.com' }), 409, 'email_taken')
  const common = await add({ password: 'iloveyou' })
  isProblem(t, common, 400, 'password_too_common')
  t.match(common.json(), { reason: 'common' })
  const context = await add({ email: 'zoefield@example.com', password: 'Zoefield-2026' })
  isProblem(t, context, 400, 'password_too_common')
  t.match(context.json(), { reason: 'context' })
  isInvalid(t, await add({ email: 'zoe' }), ['body/email'])
  isInvalid(t, await add({ email: `${'İ'.repeat(130)}@example.com` }), ['body/email'], 'too long in lower case')
  for (const name of ['', ' ', 'bell\u0007', 'x'.repeat(201), '\u202ecba']) isInvalid(t, await add({ name }), ['body/name'], JSON.stringify(name))
  for (const password of ['1234567', 'x'.repeat(1025)]) isInvalid(t, await add({ password }), ['body/password'])
  isInvalid(t, await add({ roles: ['Admin'] }), ['body/roles/0'])
  isInvalid(t, await add({ roles: ['audit', 'audit'] }), ['body/roles'])
  isInvalid(t, await add({ roles: Array.from({ length: 17 }, (_, i) => `r${i}`) }), ['body/roles'])
  isInvalid(t, await add({ id: 7, passwordHash: 'x' }), ['body/id', 'body/passwordHash'])
  isInvalid(t, await admin.call('POST', '/admin/users', {}), ['body/email', 'body/name', 'body/password'])
  isProblem(t, await add({ password: 'x'.repeat(40_000) }), 413, 'body_too_large')
  t.equal((await admin.call('GET', '/admin/users')).json().users.length, 3)
})

t.test('of several who add the same email at once one succeeds', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const admin = await login(app, 'admin')
  const headers = { 'x-session-id': admin.credential }
  const answers = await Promise.all([app, other, app, other].map(instance => instance.inject({ method: 'POST', url: '/admin/users', headers, payload: zoe })))
  t.strictSame(answers.map(({ statusCode }) => statusCode).sort(), [201, 409, 409, 409])
})

t.test('disabling ends all sessions of the account, at the next request on every instance', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const [admin, alice, here, there] = [await login(app, 'admin'), await login(app), await login(app, 'bob'), await login(other, 'bob')]
  const disabled = await admin.call('PATCH', '/admin/users/2', { disabled: true })
  t.equal(disabled.statusCode, 200, disabled.body)
  t.match(disabled.json(), { message: 'User changed', user: { id: 2, email: 'bob@example.com', disabled: true }, ended: 2 })
  await isRefusedElsewhere(t, there)
  isProblem(t, await here.call('GET', '/me'), 401, 'invalid_session')
  isProblem(t, await logIn(other, 'bob@example.com', 'secret456'), 401, 'login_failed')
  t.equal((await alice.call('GET', '/me')).statusCode, 200, 'nobody else’s')
  t.match((await admin.call('GET', `/admin/sessions/${there.id}/explain`)).json().ended, { reason: 'disabled', actor: admin.id })

  t.match((await admin.call('PATCH', '/admin/users/2', { disabled: true })).json(), { user: { disabled: true }, ended: 0 }, 'once more is no fault')
  t.match((await admin.call('PATCH', '/admin/users/2', { disabled: false })).json(), { user: { disabled: false }, ended: 0 })
  const again = await login(other, 'bob')
  t.match((await admin.call('PATCH', '/admin/users/2', { disabled: false })).json(), { ended: 0 })
  t.equal((await again.call('GET', '/me')).statusCode, 200, 'enabling ends nothing')
})

t.test('a role that is given or taken away counts from the next request on, on every instance', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const admin = await login(app, 'admin')
  const bob = await login(other, 'bob')
  t.match((await admin.call('PATCH', '/admin/users/2', { roles: ['admin'] })).json(), { user: { roles: ['admin'] }, ended: 1 })
  await isRefusedElsewhere(t, bob)
  const second = await login(other, 'bob')
  t.equal((await second.call('GET', '/admin/stats')).statusCode, 200)
  t.match((await second.call('PATCH', '/admin/users/3', { roles: [] })).json(), { user: { id: 3, roles: [] }, ended: 1 }, 'another administrator may do it')
  isProblem(t, await admin.call('GET', '/admin/users'), 401, 'invalid_session')
  const demoted = await login(app, 'admin')
  isProblem(t, await demoted.call('GET', '/admin/users'), 403, 'forbidden')
  t.match((await second.call('GET', `/admin/sessions/${admin.id}/explain`)).json().ended, { reason: 'roles_changed', actor: second.id })
})

t.test('after a change of roles nobody goes on under the old id: all sessions have ended, and no answer holds a credential', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const [admin, phone, tv] = [await login(app, 'admin'), await login(app, 'bob'), await login(other, 'bob')]
  for (const roles of [['audit'], ['audit', 'admin'], []]) {
    const sessions = [phone, tv, await login(other, 'bob')]
    const changed = await admin.call('PATCH', '/admin/users/2', { roles })
    t.equal(changed.statusCode, 200)
    t.notMatch(changed.body, /sessionId|\.\d+\.[\w-]{64}/, 'what the administrator is told opens nothing')
    t.equal(changed.headers['set-cookie'], undefined)
    for (const session of sessions) {
      const { call } = session
      await isRefusedElsewhere(t, session)
      isProblem(t, await call('POST', '/session/rotate'), 401, 'invalid_session', 'nor is there a way from the old credential to another one')
      isProblem(t, await call('POST', '/session/reauthenticate', { password: 'secret456' }), 401, 'invalid_session')
    }
  }
})

t.test('a login that read the roles before they were changed does not keep them', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const admin = await login(app, 'admin')
  await admin.call('PATCH', '/admin/users/2', { roles: ['admin'] })
  const { authenticate } = other.users
  const read: string[][] = []
  other.users.authenticate = async (...args) => {
    const user = await authenticate(...args)
    read.push(user?.roles ?? [])
    // The account was read, the session is not open yet.
    if (read.length === 1) t.equal((await admin.call('PATCH', '/admin/users/2', { roles: [] })).statusCode, 200)
    return user
  }
  const bob = await login(other, 'bob')
  t.strictSame([read.length > 1, read.at(0), read.at(-1)], [true, ['admin'], []], 'the account is read again, where the answer was slow perhaps once more')
  isProblem(t, await bob.call('GET', '/admin/stats'), 403, 'forbidden')
  t.match((await bob.call('GET', '/sessions')).json(), { count: 1 }, 'and the session with the old roles is none')
})

t.test('disabling and roles change together, and the sessions end as disabled', async t => {
  const { app } = await build(t)
  const [admin, bob] = [await login(app, 'admin'), await login(app, 'bob')]
  t.match((await admin.call('PATCH', '/admin/users/2', { disabled: true, roles: ['audit'] })).json(), { user: { disabled: true, roles: ['audit'] }, ended: 1 })
  t.match((await admin.call('GET', `/admin/sessions/${bob.id}/explain`)).json().ended, { reason: 'disabled' })
})

t.test('a deleted account is gone with its sessions, on every instance; its email is that of nobody, its id is never given again', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const [admin, alice, here, there] = [await login(app, 'admin'), await login(app), await login(app, 'bob'), await login(other, 'bob')]
  const deleted = await admin.call('DELETE', '/admin/users/2')
  t.equal(deleted.statusCode, 200, deleted.body)
  t.strictSame(deleted.json(), { message: 'User deleted', ended: 2 })
  await isRefusedElsewhere(t, there)
  isProblem(t, await here.call('GET', '/me'), 401, 'invalid_session')
  t.equal((await alice.call('GET', '/me')).statusCode, 200, 'nobody else’s')
  t.strictSame((await admin.call('GET', '/admin/users')).json().users.map(({ id }: { id: number }) => id), [1, 3])
  t.equal(shapeOf(await logIn(other, 'bob@example.com', 'secret456')), shapeOf(await logIn(other, 'nobody@example.com', 'secret456')), 'like an email that never was')
  isProblem(t, await logIn(app, 'bob@example.com', 'secret456'), 401, 'login_failed')

  t.match((await admin.call('POST', '/admin/users', { ...zoe, email: 'bob@example.com' })).json(), { user: { id: 1001, email: 'bob@example.com' } }, 'the email is free')
  const { sessionId } = (await logIn(other, 'bob@example.com', zoe.password)).json()
  const { events } = (await app.inject({ url: '/me/activity', headers: { 'x-session-id': sessionId } })).json()
  t.strictSame(events.map(({ event }: { event: string }) => event), ['created'], 'of whoever had it before nothing is seen')
  isProblem(t, await admin.call('DELETE', '/admin/users/2'), 404, 'user_not_found', 'once more')
})

t.test('what happened to the sessions of a deleted account is erased; why each ended is known to operators for a while', async t => {
  const { app, config } = await build(t)
  const client = await inspector(t)
  const [admin, bob] = [await login(app, 'admin'), await login(app, 'bob', { 'user-agent': 'bob’s own/1.0' })]
  await bob.call('POST', '/session/extend', { seconds: 7200 })
  const keys = createKeys(config.KEY_PREFIX)
  const ofBob = [keys.userActivity(tagOf('2'), '2'), keys.userSessions(tagOf('2'), '2'), keys.session(bob.id)]
  t.equal(await client.exists(ofBob[0] ?? '', ofBob[1] ?? '', ofBob[2] ?? ''), 3)
  await admin.call('DELETE', '/admin/users/2')
  for (const key of ofBob) t.equal(await client.exists(key), 0, key)
  t.match((await admin.call('GET', `/admin/sessions/${bob.id}/explain`)).json().ended, { reason: 'account_deleted', actor: admin.id })
})

t.test('a login that runs while its account is deleted finds nobody, and leaves no history', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const client = await inspector(t)
  const admin = await login(app, 'admin')
  const { authenticate } = other.users
  let asked = 0
  other.users.authenticate = async (...args) => {
    const user = await authenticate(...args)
    // The account was read, the session is not open yet.
    if (asked++ === 0) t.equal((await admin.call('DELETE', '/admin/users/2')).statusCode, 200)
    return user
  }
  isProblem(t, await logIn(other, 'bob@example.com', 'secret456'), 401, 'login_failed')
  t.equal(asked, 2, 'the account is read again')
  t.equal(await client.exists(createKeys(config.KEY_PREFIX).userActivity(tagOf('2'), '2')), 0)
})

t.test('an account that is not there, and a change that is none', async t => {
  const { app, config } = await build(t)
  const client = await inspector(t)
  const admin = await login(app, 'admin')
  for (const id of ['4', '2147483648', '9999999999']) {
    isProblem(t, await admin.call('PATCH', `/admin/users/${id}`, { disabled: true }), 404, 'user_not_found', id)
    isProblem(t, await admin.call('DELETE', `/admin/users/${id}`), 404, 'user_not_found', id)
    isProblem(t, await admin.call('POST', `/admin/users/${id}/password`, { password: zoe.password }), 404, 'user_not_found', id)
  }
  t.notOk((await client.keys(`${config.KEY_PREFIX}*before*`)).length, 'nothing is kept of them')
  for (const id of ['0', '02', '-1', 'bob@example.com', '99999999999']) isInvalid(t, await admin.call('PATCH', `/admin/users/${id}`, { disabled: true }), ['params/userId'], id)
  isInvalid(t, await admin.call('PATCH', '/admin/users/2', {}), ['body'])
  isInvalid(t, await admin.call('PATCH', '/admin/users/2', { disabled: 'true', roles: null, email: 'x@example.com' }), ['body/disabled', 'body/roles', 'body/email'])
})

t.test('nobody locks themselves out: an administrator’s own account', async t => {
  const { app } = await build(t)
  const admin = await login(app, 'admin')
  isProblem(t, await admin.call('PATCH', '/admin/users/3', { disabled: true }), 409, 'own_account')
  isProblem(t, await admin.call('PATCH', '/admin/users/3', { roles: [] }), 409, 'own_account')
  isProblem(t, await admin.call('PATCH', '/admin/users/3', { disabled: false, roles: ['audit'] }), 409, 'own_account')
  isProblem(t, await admin.call('DELETE', '/admin/users/3'), 409, 'own_account')
  isProblem(t, await admin.call('POST', '/admin/users/3/password', { password: zoe.password }), 409, 'own_account')
  t.match((await admin.call('GET', '/admin/users')).json().users[2], { id: 3, disabled: false, roles: ['admin'] }, 'nothing has changed')
  t.match((await admin.call('PATCH', '/admin/users/3', { disabled: false })).json(), { ended: 0 })
  t.match((await admin.call('PATCH', '/admin/users/3', { roles: ['admin', 'audit'] })).json(), { user: { roles: ['admin', 'audit'] }, ended: 1 }, 'one more role, from the next login on')
  isProblem(t, await admin.call('GET', '/me'), 401, 'invalid_session')
})

t.test('a password that is set opens the account, the one before does not, and all sessions have ended', async t => {
  const { app, config } = await build(t)
  const other = await buildAnother(t, config)
  const [admin, bob] = [await login(app, 'admin'), await login(other, 'bob')]
  const set = await admin.call('POST', '/admin/users/2/password', { password: zoe.password })
  t.equal(set.statusCode, 200, set.body)
  t.strictSame(set.json(), { message: 'Password set', ended: 1 })
  await isRefusedElsewhere(t, bob)
  isProblem(t, await logIn(app, 'bob@example.com', 'secret456'), 401, 'login_failed')
  t.equal((await logIn(other, 'bob@example.com', zoe.password)).statusCode, 200)
  t.match((await admin.call('GET', `/admin/sessions/${bob.id}/explain`)).json().ended, { reason: 'password_changed', actor: admin.id })
})

t.test('a password that is easy to guess is not set, judged by the account that gets it', async t => {
  const { app } = await build(t)
  const [admin, bob] = [await login(app, 'admin'), await login(app, 'bob')]
  const set = (password: unknown) => admin.call('POST', '/admin/users/2/password', { password })
  isProblem(t, await set('iloveyou'), 400, 'password_too_common')
  t.match((await set('bob-2026')).json(), { code: 'password_too_common', reason: 'context' })
  isInvalid(t, await set('1234567'), ['body/password'])
  isInvalid(t, await set(null), ['body/password'])
  isProblem(t, await set('x'.repeat(40_000)), 413, 'body_too_large')
  t.equal((await bob.call('GET', '/me')).statusCode, 200)
})

const routes = [
  ['GET', '/admin/users', undefined, 43_200],
  ['POST', '/admin/users', zoe, 7200],
  ['PATCH', '/admin/users/2', { disabled: true }, 7200],
  ['DELETE', '/admin/users/2', undefined, 7200],
  ['POST', '/admin/users/2/password', { password: zoe.password }, 7200]
] as const

t.test('is for administrators with a fresh session, and without both nothing changes', async t => {
  const { app, config } = await build(t)
  const client = await inspector(t)
  const [admin, alice, bob] = [await login(app, 'admin'), await login(app), await login(app, 'bob')]
  for (const [method, url, payload] of routes) {
    isProblem(t, await alice.call(method, url, payload), 403, 'forbidden', `${method} ${url}`)
    isProblem(t, await app.inject({ method, url, payload }), 401, 'no_session', `${method} ${url}`)
  }
  for (const [method, url, payload, maxAge] of routes) {
    await age(maxAge + 5)
    const refused = await admin.call(method, url, payload)
    isProblem(t, refused, 403, 'reauthentication_required', `${method} ${url}`)
    t.equal(refused.json().maxAge, maxAge)
  }
  await age(3600)
  t.match((await admin.call('GET', '/admin/users')).json().users, [{}, { id: 2, disabled: false }, {}])
  t.equal((await bob.call('GET', '/me')).statusCode, 200)
  t.equal((await logIn(app, 'bob@example.com', 'secret456')).statusCode, 200)

  /** Makes the administrator's password proven that long ago. */
  async function age (seconds: number) {
    await putBack(client, createKeys(config.KEY_PREFIX), admin.id, 't', seconds)
  }
})
