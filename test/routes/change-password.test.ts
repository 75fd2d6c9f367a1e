import t, { type Test } from 'tap'
import { createUserDatabase } from '../../src/users/database.ts'
import { hashPassword } from '../../src/users/passwords/scheme.ts'
import { createUserRepository } from '../../src/users/repository.ts'
import { build, demo, login, loginByCookie } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { isInvalid, isProblem } from './problem.ts'

const currentPassword = demo.alice.password
const newPassword = 'seven otters sing'

/** A service, alice on two devices and bob, and ways to change and to try passwords. */
async function household (t: Test, env: Record<string, string> = {}) {
  const { app, config } = await build(t, env)
  const [alice, other, bob] = [await login(app), await login(app), await login(app, 'bob')]
  const change = (passwords: object = { currentPassword, newPassword }, who = alice) => who.call('POST', '/me/password', passwords)
  const logIn = async (password: string) => (await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, password } })).statusCode
  return { app, config, alice, other, bob, change, logIn }
}

t.test('changes the password, ends all other sessions and rotates this one', async t => {
  const { app, alice, other, bob, change, logIn } = await household(t)
  await alice.call('PUT', '/session/data', { key: 'cart', value: 1 })
  const response = await change()
  t.equal(response.statusCode, 200)
  t.strictSame(Object.keys(response.json()).sort(), ['message', 'sessionId', 'ended', 'session'].sort())
  const { sessionId, ended } = response.json()
  noteCredential(app, sessionId)
  t.equal(ended, 1)
  isProblem(t, await alice.call('GET', '/me'), 401, 'invalid_session')
  isProblem(t, await other.call('GET', '/me'), 401, 'invalid_session')
  t.equal((await bob.call('GET', '/me')).statusCode, 200, 'nobody else is meant')
  const mine = await app.inject({ url: '/session/data', headers: { 'x-session-id': sessionId } })
  t.strictSame(mine.json(), { data: { cart: 1 } })
  t.equal(await logIn(currentPassword), 401)
  t.equal(await logIn(newPassword), 200)
  t.equal((await app.inject({ url: '/me', headers: { 'x-session-id': sessionId } })).statusCode, 200, 'a login does not end it')
})

t.test('by cookie the new credential is in the cookie alone', async t => {
  const { app } = await build(t)
  const { cookie } = await loginByCookie(app)
  const response = await app.inject({ method: 'POST', url: '/me/password', payload: { currentPassword, newPassword }, headers: { cookie, 'sec-fetch-site': 'same-origin' } })
  t.strictSame(Object.keys(response.json()).sort(), ['message', 'ended', 'session'].sort())
  const [given = ''] = String(response.headers['set-cookie']).split(';')
  t.notMatch(response.body, given.slice(-64))
  t.equal((await app.inject({ url: '/me', headers: { cookie: given } })).statusCode, 200)
  t.equal((await app.inject({ url: '/me', headers: { cookie } })).statusCode, 401)
})

t.test('a wrong current password changes nothing, and counts for this session alone', async t => {
  const { alice, other, change, logIn } = await household(t, { LOGIN_DEVICE_FAILURES: '2', LOGIN_ACCOUNT_FAILURES: '1' })
  isProblem(t, await change({ currentPassword: 'wrong', newPassword }), 401, 'wrong_password')
  for (const { call } of [alice, other]) t.equal((await call('GET', '/me')).statusCode, 200)
  isProblem(t, await alice.call('POST', '/session/reauthenticate', { password: 'wrong' }), 401, 'wrong_password')
  isProblem(t, await change(), 429, 'too_many_attempts', 'both routes together')
  t.equal((await alice.call('GET', '/me')).statusCode, 200)
  t.equal(await logIn(currentPassword), 200)
  t.equal((await change({ currentPassword, newPassword }, other)).statusCode, 200)
})

t.test('a new password that is easy to guess, or the current one, is refused before anybody is counted or ended', async t => {
  const { other, change, logIn } = await household(t, { LOGIN_ACCOUNT_FAILURES: '1', LOGIN_DEVICE_FAILURES: '1' })
  const refused = async (password: string, code: 'password_too_common' | 'password_unchanged', reason?: string) => {
    const response = await change({ currentPassword: 'wrong', newPassword: password })
    isProblem(t, response, 400, code, password)
    t.equal(response.json().reason, reason)
  }
  await refused('iloveyou', 'password_too_common', 'common')
  await refused('PASSWORD123', 'password_too_common', 'common')
  await refused('Alice-2026', 'password_too_common', 'context')
  isProblem(t, await change({ currentPassword, newPassword: currentPassword }), 400, 'password_unchanged')
  t.equal((await other.call('GET', '/me')).statusCode, 200)
  t.equal(await logIn(currentPassword), 200)
})

t.test('8 to 1,024 characters by code point, whatever they are, and every one of them counts', async t => {
  const { app, alice, change, logIn } = await household(t)
  for (const short of ['', '1234567', '😀'.repeat(7)]) isInvalid(t, await change({ currentPassword, newPassword: short }), ['body/newPassword'], short)
  isInvalid(t, await change({ currentPassword, newPassword: '😀'.repeat(1025) }), ['body/newPassword'])
  isInvalid(t, await change({ newPassword }), ['body/currentPassword'])
  isInvalid(t, await change({ currentPassword, newPassword, again: newPassword }), ['body/again'])
  isProblem(t, await change({ currentPassword, newPassword: 'x'.repeat(40_000) }), 413, 'body_too_large')
  t.equal((await alice.call('GET', '/me')).statusCode, 200)
  let [credential, current] = [alice.credential, currentPassword as string]
  for (const next of ['😀😁😂🤣😃😄😅😆', '😀😁😂🤣😃😄😅😆'.repeat(128), ' \0 eight spaces \t ']) {
    const escaped = JSON.stringify({ currentPassword: current, newPassword: next }).replace(/[^ -~]/g, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
    const response = await app.inject({ method: 'POST', url: '/me/password', payload: escaped, headers: { 'x-session-id': credential, 'content-type': 'application/json' } })
    t.equal(response.statusCode, 200, `${[...next].length} characters, the longest spelling of them`)
    ;[credential, current] = [response.json().sessionId, next]
    t.equal(await logIn(next), 200)
    t.equal(await logIn(next.slice(0, -1)), 401)
  }
})

t.test('a crash after the password was stored leaves no session of the old one but the one that asked', async t => {
  const { app, alice, other, change, logIn } = await household(t)
  const { preparePasswordChange } = app.users
  app.users.preparePasswordChange = async (...attempt) => {
    const prepared = await preparePasswordChange(...attempt)
    return prepared && {
      ...prepared,
      async store () {
        await prepared.store()
        throw new Error('crashed')
      }
    }
  }
  isProblem(t, await change(), 500, 'internal_error')
  isProblem(t, await other.call('GET', '/me'), 401, 'invalid_session')
  t.equal((await alice.call('GET', '/me')).statusCode, 200)
  t.equal(await logIn(currentPassword), 401)
  t.equal(await logIn(newPassword), 200)
})

/** Alice changes her password while something else changes her stored hash, that many times, each time after her password was checked. */
async function changeUnder (t: Test, times: number, meddle: (users: ReturnType<typeof createUserRepository>) => Promise<unknown>) {
  const { app, config, change, logIn } = await household(t)
  const database = createUserDatabase(config.DATABASE_URL)
  t.teardown(() => database.close())
  const { preparePasswordChange } = app.users
  let checks = 0
  app.users.preparePasswordChange = async (...attempt) => {
    const prepared = await preparePasswordChange(...attempt)
    if (++checks <= times) await meddle(createUserRepository(database))
    return prepared
  }
  return { response: await change(), logIn, checks }
}

const rehash = (users: ReturnType<typeof createUserRepository>) => users.setPasswordHash(demo.alice.email, hashPassword({ password: currentPassword, cost: 4 }))

t.test('a hash that was upgraded meanwhile is checked again', async t => {
  const { response, logIn, checks } = await changeUnder(t, 2, rehash)
  t.equal(response.statusCode, 200)
  t.equal(checks, 3)
  t.equal(await logIn(newPassword), 200)
})

t.test('a hash that changes again and again is given up', async t => {
  const { response, logIn, checks } = await changeUnder(t, Infinity, rehash)
  isProblem(t, response, 503, 'login_busy')
  t.equal(checks, 3)
  t.equal(await logIn(currentPassword), 200)
})

t.test('a reset by the operator that comes first wins', async t => {
  const { response, logIn } = await changeUnder(t, 1, users => users.setPasswordHash(demo.alice.email, hashPassword({ password: 'nine herons wade', cost: 4 })))
  isProblem(t, response, 401, 'wrong_password')
  t.equal(await logIn('nine herons wade'), 200)
  t.equal(await logIn(newPassword), 401)
})

t.test('needs a live session', async t => {
  const { app, alice, change } = await household(t)
  isProblem(t, await app.inject({ method: 'POST', url: '/me/password', payload: { currentPassword, newPassword } }), 401, 'no_session')
  await alice.call('POST', '/logout')
  isProblem(t, await change(), 401, 'invalid_session')
})
