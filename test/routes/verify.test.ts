import t from 'tap'
import { createKeys } from '../../src/store/keys.ts'
import { build, demo, login, loginByCookie } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { putBack } from '../store/aging.ts'
import { isInvalid, isProblem } from './problem.ts'

t.test('a gateway learns whose request it is, by each way that a credential comes', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const { cookie } = await loginByCookie(app)
  for (const headers of [{ 'x-session-id': alice.credential }, { authorization: `Bearer ${alice.credential}` }, { cookie }]) {
    const { statusCode, headers: told, body } = await app.inject({ url: '/verify', headers })
    t.match({ statusCode, told }, { statusCode: 200, told: { 'x-session-user': '1', 'x-session-roles': '', 'cache-control': 'no-store' } }, Object.keys(headers).join())
    t.match(JSON.parse(body), { userId: '1', sessionId: told['x-session-id'], roles: [] })
  }
  t.match((await app.inject({ url: '/verify', headers: { 'x-session-id': alice.credential } })).headers, { 'x-session-id': alice.id }, 'the public id, not the credential')
  t.match((await (await login(app, 'admin')).call('GET', '/verify')).headers, { 'x-session-user': '3', 'x-session-roles': 'admin' })
})

t.test('what is not alive is 401, whatever is wrong with it: a gateway knows no other refusal', async t => {
  const { app } = await build(t, { INVALID_CREDENTIALS_PER_ADDRESS: '1' })
  const [alice, other, ended] = [await login(app), await login(app), await login(app)]
  await ended.call('POST', '/logout')
  isProblem(t, await app.inject({ url: '/verify' }), 401, 'no_session')
  for (let i = 0; i < 3; i++) isProblem(t, await app.inject({ url: '/verify', headers: { 'x-session-id': ended.credential } }), 401, 'invalid_session', 'also where others are told that there were too many')
  isProblem(t, await app.inject({ url: '/me', headers: { 'x-session-id': ended.credential } }), 429, 'too_many_attempts')
  isProblem(t, await app.inject({ url: '/verify', headers: { 'x-session-id': alice.credential, authorization: `Bearer ${other.credential}` } }), 401, 'invalid_session')
  isInvalid(t, await alice.call('GET', '/verify?role=Admin&fresh=0&colour=red'), ['querystring/role', 'querystring/fresh', 'querystring/colour'])
})

t.test('a gateway may ask for a role and for freshness, judged at this moment', async t => {
  const { app, config } = await build(t)
  const [alice, admin] = [await login(app), await login(app, 'admin')]
  isProblem(t, await alice.call('GET', '/verify?role=admin'), 403, 'forbidden')
  t.equal((await admin.call('GET', '/verify?role=admin&fresh=60')).statusCode, 200)
  await putBack(app.redis, createKeys(config.KEY_PREFIX), admin.id, 't', 120)
  const stale = await admin.call('GET', '/verify?role=admin&fresh=60')
  isProblem(t, stale, 403, 'reauthentication_required')
  t.match(stale.json(), { maxAge: 60 })
  t.equal((await admin.call('GET', '/verify?role=admin')).statusCode, 200)
})

t.test('the method that the gateway tells decides whether a cookie has to come from a page that may', async t => {
  const { app } = await build(t, { CORS_ORIGINS: 'https://shop.example' })
  const { cookie } = await loginByCookie(app)
  const statusOf = async (headers: Record<string, string>, url: `/${string}` = '/verify', method: 'GET' | 'POST' = 'GET') => (await app.inject({ method, url, headers: { cookie, ...headers } })).statusCode
  for (const name of ['x-original-method', 'x-forwarded-method']) {
    t.equal(await statusOf({ [name]: 'GET', 'sec-fetch-site': 'cross-site' }), 200, `${name}: GET`)
    t.equal(await statusOf({ [name]: 'POST', 'sec-fetch-site': 'cross-site' }), 403, `${name}: POST`)
    t.equal(await statusOf({ [name]: 'POST', 'sec-fetch-site': 'same-origin' }), 200, `${name}: POST, from an own page`)
    t.equal(await statusOf({ [name]: 'POST', 'sec-fetch-site': 'cross-site', origin: 'https://shop.example' }), 200, `${name}: POST, from a page of the list`)
  }
  t.equal(await statusOf({ 'x-original-method': 'GET', 'x-forwarded-method': 'POST', 'sec-fetch-site': 'cross-site' }), 403, 'one that a client sends takes nothing away')
  t.equal(await statusOf({ 'sec-fetch-site': 'cross-site' }, '/verify/orders/7?page=2', 'POST'), 403, 'Envoy asks with the method itself')
  t.equal(await statusOf({ 'sec-fetch-site': 'same-origin', 'content-type': 'text/plain' }, '/verify/orders/7?page=2', 'POST'), 200, 'and with any path, query and type')
  isProblem(t, await app.inject({ url: '/verify', headers: { cookie, 'x-original-method': 'DELETE', 'sec-fetch-site': 'cross-site' } }), 403, 'cross_site_request')
})

t.test('a successor that is due comes by cookie alone: the header is the gateway\'s', async t => {
  const { app, config } = await build(t, { NEAR_CACHE_MS: '0' })
  const { cookie, credential } = await loginByCookie(app)
  const { sessionId } = (await app.inject({ method: 'POST', url: '/login', payload: { ...demo.bob, rotate: true } })).json<{ sessionId: string }>()
  noteCredential(app, sessionId)
  for (const id of [credential, sessionId]) await putBack(app.redis, createKeys(config.KEY_PREFIX), id.slice(0, 36), 'r', 16 * 60)
  const byCookie = await app.inject({ url: '/verify', headers: { cookie } })
  const [successor = ''] = String(byCookie.headers['set-cookie']).split(';')
  t.match(successor, `__Host-session=${credential.slice(0, 36)}.2.`)
  noteCredential(app, successor.replace(/^.*=/, ''))
  t.match(byCookie.headers, { 'x-session-user': '1', 'x-session-id': credential.slice(0, 36) })
  const byHeader = (url: string) => app.inject({ url, headers: { 'x-session-id': sessionId } })
  t.match((await byHeader('/verify')).headers, { 'x-session-user': '2', 'x-session-id': sessionId.slice(0, 36) })
  const offered = (await byHeader('/me')).headers['x-session-id']
  t.match(offered, `${sessionId.slice(0, 36)}.2.`, 'the service itself still offers it')
  noteCredential(app, String(offered))
})
