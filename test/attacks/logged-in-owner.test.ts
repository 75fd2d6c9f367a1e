/*
 * Somebody guesses at an account whose owner is logged in. The routes that ask for the password again must not wait for that:
 * neither for the counts of the account, of the address and of all, nor for the attackers' hashes.
 */
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { build, demo, inspector, login, loginByCookie } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'

const { password } = demo.alice
const changed = 'seven otters sing'

const guess = (app: FastifyInstance, email: string = demo.alice.email) =>
  app.inject({ method: 'POST', url: '/login', payload: { email, password: 'wrong' } })

/** Both routes, one after the other, as the session of each answer. */
async function proveAndChange (app: FastifyInstance, credential: string): Promise<number[]> {
  const first = await app.inject({ method: 'POST', url: '/session/reauthenticate', payload: { password }, headers: { 'x-session-id': credential } })
  const second = await app.inject({ method: 'POST', url: '/me/password', payload: { currentPassword: password, newPassword: changed }, headers: { 'x-session-id': String(first.json().sessionId) } })
  for (const { sessionId } of [first.json(), second.json()]) if (sessionId !== undefined) noteCredential(app, sessionId)
  return [first.statusCode, second.statusCode]
}

t.test('while anybody guesses at the account, whoever is logged in to it proves and changes the password', async t => {
  const { app, config } = await build(t, { LOGIN_ADDRESS_FAILURES: '10', LOGIN_GLOBAL_FAILURES: '10' })
  const redis = await inspector(t)
  const { credential } = await login(app)
  for (let i = 0; i < 10; i++) t.equal((await guess(app)).statusCode, 401)
  // As it is after hours of this: a wait of minutes.
  for (const key of await redis.keys(`${config.KEY_PREFIX}login-failures:account:*`)) await redis.hset(key, 'b', Date.now() + 300_000)
  t.equal((await guess(app)).statusCode, 429)
  t.strictSame(await proveAndChange(app, credential), [200, 200])
})

t.test('while guesses fill the queue, its passwords are hashed among those of known devices, the new one too', async t => {
  const { app } = await build(t, { HASH_THREADS: '1', HASH_QUEUE_LIMIT: '1', LOGIN_ADDRESS_FAILURES: '1000000', LOGIN_GLOBAL_FAILURES: '0' })
  const { credential } = await login(app)
  const over = new AbortController()
  const seen = new Set<number>()
  let guesses = 0
  const attackers = Array.from({ length: 8 }, async () => {
    while (!over.signal.aborted) seen.add((await guess(app, `user${guesses++}@example.com`)).statusCode)
  })
  while (!seen.has(503)) await guess(app, `user${guesses++}@example.com`)
  const outcome = await proveAndChange(app, credential)
  over.abort()
  await Promise.all(attackers)
  t.strictSame(outcome, [200, 200])
})

t.test('a session by cookie is counted with the device that its browser is', async t => {
  const { app, config } = await build(t)
  const redis = await inspector(t)
  const { response } = await loginByCookie(app)
  const cookie = [response.headers['set-cookie']].flat().map(line => String(line).split(';')[0]).join('; ')
  const fail = (cookies: string) => app.inject({ method: 'POST', url: '/session/reauthenticate', payload: { password: 'wrong' }, headers: { cookie: cookies, 'sec-fetch-site': 'same-origin' } })
  t.equal((await fail(cookie)).statusCode, 401)
  await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, password: 'wrong' }, headers: { cookie } })
  const counts = async () => Promise.all((await redis.keys(`${config.KEY_PREFIX}login-failures:*`)).map(key => redis.hget(key, 'n')))
  t.strictSame(await counts(), ['2'], 'one counter, with its logins')
  t.equal((await fail(String(cookie.split('; ')[0]))).statusCode, 401)
  t.strictSame((await counts()).sort(), ['1', '2'], 'without the device token, its session')
})
