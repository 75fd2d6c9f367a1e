import t from 'tap'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import { createKeys } from '../../src/store/keys.ts'
import { build, buildAnother, demo, login, loginByCookie } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { putBack } from '../store/aging.ts'

const MINUTES_16 = 16 * 60

/** What is done to Redis behind their backs is news to no instance. */
const strict = { NEAR_CACHE_MS: '0' }

/** Makes the present generation of a session that old. */
async function age (app: FastifyInstance, prefix: string, id: string, seconds = MINUTES_16) {
  await putBack(app.redis, createKeys(prefix), id, 'r', seconds)
}

function cookiesOf ({ headers }: LightMyRequestResponse): string[] {
  return [headers['set-cookie'] ?? []].flat()
}

async function loginRotating (app: FastifyInstance) {
  const response = await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, rotate: true } })
  const { sessionId } = response.json<{ sessionId: string }>()
  noteCredential(app, sessionId)
  return { sessionId, id: sessionId.slice(0, 36) }
}

const withHeader = (app: FastifyInstance, credential: string, method: 'GET' | 'POST' = 'GET', url = '/me') =>
  app.inject({ method, url, headers: { 'x-session-id': credential } })

t.test('a session by cookie gets its next credential when the present one is 15 minutes old, until it uses it', async t => {
  const { app, config } = await build(t, strict)
  const other = await buildAnother(t, config)
  const { cookie, name, credential } = await loginByCookie(app)
  const me = (instance: FastifyInstance, value: string) => instance.inject({ url: '/me', headers: { cookie: value } })
  t.strictSame(cookiesOf(await me(app, cookie)), [], 'a new one is kept')

  await age(app, config.KEY_PREFIX, credential.slice(0, 36))
  const answers = await Promise.all([me(app, cookie), me(other, cookie), me(app, cookie)])
  t.strictSame(answers.map(({ statusCode, headers }) => [statusCode, headers['x-session-id']]), Array(3).fill([200, undefined]), 'never in a header, where scripts could read it')
  const [given = ''] = cookiesOf(answers[0] as LightMyRequestResponse)
  t.match(given, new RegExp(`^${name}=${credential.slice(0, 36)}\\.2\\.[\\w-]{64}; Path=/; HttpOnly; Secure; SameSite=Lax$`))
  t.ok(answers.every(answer => cookiesOf(answer).join() === given), 'all who ask get the same one')
  const [next = ''] = given.split(';')
  noteCredential(app, next.slice(name.length + 1))

  t.strictSame(cookiesOf(await me(other, next)), [], 'it is used')
  t.strictSame(cookiesOf(await me(app, cookie)), [given], 'who sends the old one, within its grace, gets it again')
  await age(app, config.KEY_PREFIX, credential.slice(0, 36))
  t.match(cookiesOf(await me(app, next))[0], /\.3\./, 'and so on')
})

t.test('the next cookie of a remembered session lasts as long as the session may', async t => {
  const { app, config } = await build(t, strict)
  const response = await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, cookie: true, rememberMe: true }, headers: { 'sec-fetch-site': 'same-origin' } })
  const [cookie = ''] = String(response.headers['set-cookie']).split(';')
  const [, credential = ''] = cookie.split('=')
  noteCredential(app, credential)
  await age(app, config.KEY_PREFIX, credential.slice(0, 36))
  t.match(cookiesOf(await app.inject({ url: '/me', headers: { cookie } }))[0], /; Path=\/; Max-Age=\d{7}; HttpOnly/)
})

t.test('by header only who asked for it at login gets it, in the header of any answer', async t => {
  const { app, config } = await build(t, strict)
  const plain = await login(app)
  const { sessionId, id } = await loginRotating(app)
  for (const each of [plain.id, id]) await age(app, config.KEY_PREFIX, each)
  t.equal((await plain.call('GET', '/me')).headers['x-session-id'], undefined)
  const refused = await withHeader(app, sessionId, 'GET', '/admin/stats')
  t.equal(refused.statusCode, 403)
  const next = String(refused.headers['x-session-id'])
  t.equal((await withHeader(app, sessionId)).headers['x-session-id'], next)
  t.equal((await withHeader(app, sessionId, 'POST', '/session/rotate')).json<{ sessionId: string }>().sessionId, next, 'asked for, it is the same')
  t.equal((await withHeader(app, next)).statusCode, 200)
})

t.test('who has yet to prove the password gets no credential, whatever may be done without', async t => {
  const { app, config } = await build(t, { ...strict, BINDING_NETWORK: 'step-up' })
  const { cookie, credential } = await loginByCookie(app)
  const { sessionId, id } = await loginRotating(app)
  for (const each of [credential.slice(0, 36), id]) await age(app, config.KEY_PREFIX, each)
  const own = { 'sec-fetch-site': 'same-origin' }
  for (const headers of [{ cookie, ...own }, { 'x-session-id': sessionId }]) {
    const elsewhere = { headers, remoteAddress: '198.51.100.9' }
    const answers = await Promise.all([
      app.inject({ ...elsewhere, method: 'DELETE', url: '/sessions/00000000-0000-4000-8000-000000000000' }),
      app.inject({ ...elsewhere, method: 'POST', url: '/session/reauthenticate', payload: { password: 'wrong' } }),
      app.inject({ ...elsewhere, url: '/me' })
    ])
    t.strictSame(answers.map(answer => [answer.statusCode, cookiesOf(answer), answer.headers['x-session-id']]), [404, 401, 403].map(status => [status, [], undefined]))
    const atHome = await app.inject({ url: '/me', headers })
    t.equal([...cookiesOf(atHome), atHome.headers['x-session-id']].filter(Boolean).length, 1, 'at home it is given')
  }
})

t.test('an answer that ends the session gives no credential', async t => {
  const { app, config } = await build(t, strict)
  const { sessionId, id } = await loginRotating(app)
  await age(app, config.KEY_PREFIX, id)
  const out = await withHeader(app, sessionId, 'POST', '/logout')
  t.match([out.statusCode, out.headers['x-session-id']], [200, undefined])

  const { cookie, name, credential } = await loginByCookie(app)
  await age(app, config.KEY_PREFIX, credential.slice(0, 36))
  const clear = await app.inject({ method: 'DELETE', url: '/sessions/all', headers: { cookie, 'sec-fetch-site': 'same-origin' } })
  t.strictSame(cookiesOf(clear), [`${name}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax`])
})

t.test('with ROTATION_INTERVAL_SECONDS=0 nothing is rotated that did not ask', async t => {
  const { app, config } = await build(t, { ...strict, ROTATION_INTERVAL_SECONDS: '0' })
  const { sessionId, id } = await loginRotating(app)
  await age(app, config.KEY_PREFIX, id)
  t.equal((await withHeader(app, sessionId)).headers['x-session-id'], undefined)
})
