import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { FastifyInstance, InjectOptions } from 'fastify'
import t from 'tap'
import { build, buildAnother, demo, login, loginByCookie } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { isProblem } from './problem.ts'
import { addService } from './service.ts'

const ownPage = { 'sec-fetch-site': 'same-origin' }

async function begin (app: FastifyInstance, body: object = {}) {
  const response = await app.inject({ method: 'POST', url: '/session/anonymous', payload: body })
  const { sessionId } = response.json()
  noteCredential(app, String(sessionId))
  return clientOf(app, String(sessionId))
}

function clientOf (app: FastifyInstance, credential: string) {
  const call = (method: InjectOptions['method'], url: string, payload?: object) => app.inject({ method, url, ...(payload && { payload }), headers: { 'x-session-id': credential } })
  return { credential, call, data: async () => (await call('GET', '/session/data')).json().data }
}

/** A login of alice in the place of an anonymous session. */
async function logIn (app: FastifyInstance, body: object) {
  const response = await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, ...body } })
  const { sessionId } = response.json()
  noteCredential(app, String(sessionId))
  return { response, ...clientOf(app, String(sessionId)) }
}

t.test('a session without a login keeps data, is shown, extended, rotated and ended as any other', async t => {
  const { app } = await build(t, { ANONYMOUS_LIFETIME: 'rememberMe' })
  const response = await app.inject({ method: 'POST', url: '/session/anonymous', payload: {} })
  t.equal(response.statusCode, 200)
  t.match(response.json(), { message: 'Session opened', sessionId: /^[0-9a-f-]{36}\.1\.[\w-]{64}$/, session: { expiresBy: 'idle' } })
  noteCredential(app, response.json().sessionId)
  const { call, data, credential } = clientOf(app, response.json().sessionId)
  t.match((await call('GET', '/session')).json(), { sessionId: credential.slice(0, 36), lifetime: 'rememberMe', anonymous: true, current: true })
  t.equal((await call('PUT', '/session/data', { key: 'cart', value: [1] })).statusCode, 200)
  t.strictSame(await data(), { cart: [1] })
  t.equal((await call('POST', '/session/extend', { seconds: 7200 })).statusCode, 200)
  const rotated = (await call('POST', '/session/rotate')).json().sessionId
  noteCredential(app, rotated)
  t.strictSame(await clientOf(app, rotated).data(), { cart: [1] })
  t.equal((await clientOf(app, rotated).call('POST', '/logout')).statusCode, 200)
  isProblem(t, await clientOf(app, rotated).call('GET', '/session'), 401, 'invalid_session')
})

t.test('everything that is about a user is for who has logged in', async t => {
  const { app } = await build(t)
  const { call } = await begin(app)
  const paths = Object.entries(app.swagger().paths ?? {}).flatMap(([url, methods]) => Object.entries(methods as object).map(([method, { security, operationId }]) => ({ url, method, security, operationId })))
  const guarded = paths.filter(({ security }) => security?.some((scheme: object) => 'sessionId' in scheme))
  const bodies: Record<string, object> = {
    reauthenticate: { password: 'x' },
    issueToken: { audience: 'shop' },
    changePassword: { currentPassword: 'x', newPassword: 'seven otters sing' },
    renameSession: { deviceName: 'x' },
    createUser: { email: 'x@example.com', name: 'X', password: 'seven otters sing' },
    updateUser: { disabled: true },
    setUserPassword: { password: 'seven otters sing' },
    putUserData: { key: 'a', value: 1 },
    patchUserData: { a: 1 },
    changeUserData: { operations: [{ op: 'increment', key: 'a', value: 1 }] },
    takeActive: {},
    createCaller: { name: 'x', scopes: ['sessions:read'] },
    updateCaller: { scopes: ['sessions:read'] }
  }
  const open = ['logout', 'getSession', 'rotateSession', 'extendSession', 'putSessionData', 'patchSessionData', 'getSessionData', 'getSessionDataKey', 'deleteSessionDataKey', 'verify']
  t.strictSame(guarded.map(({ operationId }) => operationId).filter(id => open.includes(id)).length, open.length)
  for (const { url, method, operationId } of guarded.filter(({ operationId }) => !open.includes(operationId))) {
    const path = url.replace('{userId}', '1').replace('{name}', 'shop').replace('{channel}', 'playback').replace(/\{\w+\}/g, operationId.includes('Key') ? '0a1b2c3d4e5f6071' : '3f2a8c1e-5b7d-4e9f-8a6b-1c2d3e4f5a6b')
    const response = await call(method.toUpperCase() as 'GET', path, bodies[operationId] ?? (operationId === 'addCallerPublicKey' ? { publicKey: { kty: 'OKP', crv: 'Ed25519', x: 'A'.repeat(43) } } : undefined))
    t.equal(response.json().code, 'login_required', operationId)
    t.equal(response.statusCode, 403, operationId)
  }
})

t.test('a login takes its place: another id and credential, its data, and the old one is worth nothing', async t => {
  const { app, config } = await build(t)
  const another = await buildAnother(t, config)
  const anonymous = await begin(app)
  await anonymous.call('PATCH', '/session/data', { cart: [1, 2], lang: 'de' })
  const { response, credential, call, data } = await logIn(another, { anonymousSession: anonymous.credential })
  t.equal(response.statusCode, 200)
  t.not(credential.slice(0, 36), anonymous.credential.slice(0, 36))
  t.strictSame(await data(), { cart: [1, 2], lang: 'de' })
  t.equal((await call('GET', '/me')).json().user.name, 'Alice')
  isProblem(t, await clientOf(another, anonymous.credential).call('GET', '/session'), 401, 'invalid_session')
  t.equal((await call('GET', '/sessions')).json().count, 1)
})

t.test('what is kept of the data is chosen', async t => {
  const { app } = await build(t)
  for (const [keepData, expected] of [['all', { cart: [1], lang: 'de', n: 1 }], ['none', {}], [['lang', 'no-such'], { lang: 'de' }], [[], {}]] as const) {
    const anonymous = await begin(app)
    await anonymous.call('PATCH', '/session/data', { cart: [1], lang: 'de', n: 1 })
    const { data } = await logIn(app, { anonymousSession: anonymous.credential, keepData })
    t.strictSame(await data(), expected, JSON.stringify(keepData))
    isProblem(t, await anonymous.call('GET', '/session'), 401, 'invalid_session')
  }
  for (const keepData of ['some', [''], ['a', 'a'], [1], null]) {
    isProblem(t, (await logIn(app, { keepData })).response, 400, 'validation_failed')
  }
})

t.test('who got no answer logs in again and finds the data, for a minute', async t => {
  const { app } = await build(t)
  const anonymous = await begin(app)
  await anonymous.call('PATCH', '/session/data', { cart: [1] })
  const lost = await logIn(app, { anonymousSession: anonymous.credential })
  const again = await logIn(app, { anonymousSession: anonymous.credential })
  t.strictSame(await again.data(), { cart: [1] })
  t.strictSame(await lost.data(), { cart: [1] }, 'the other one goes on too')
  await lost.call('POST', '/logout')
  const third = await logIn(app, { anonymousSession: anonymous.credential })
  t.strictSame(await third.data(), { cart: [1] }, 'of those that took the place the last one that lives')
  for (const one of [again, third]) await one.call('POST', '/logout')
  t.strictSame(await (await logIn(app, { anonymousSession: anonymous.credential })).data(), {}, 'with the last of them its data has gone')
})

t.test('a login that fails leaves the anonymous session as it was', async t => {
  const { app } = await build(t, { SESSION_LIMIT: '1', SESSION_LIMIT_POLICY: 'deny' })
  const anonymous = await begin(app)
  await anonymous.call('PUT', '/session/data', { key: 'cart', value: [1] })
  isProblem(t, (await logIn(app, { password: 'wrong', anonymousSession: anonymous.credential })).response, 401, 'login_failed')
  const { credential } = await login(app)
  isProblem(t, (await logIn(app, { anonymousSession: anonymous.credential })).response, 409, 'session_limit_reached')
  t.equal((await anonymous.call('PUT', '/session/data', { key: 'cart', value: [1, 2] })).statusCode, 200)
  const { data } = await logIn(app, { anonymousSession: anonymous.credential, endSessionId: credential.slice(0, 36) })
  t.strictSame(await data(), { cart: [1, 2] })
})

t.test('what is worth nothing, or somebody’s, in its place is as good as none', async t => {
  const { app } = await build(t)
  const bob = await login(app, 'bob')
  await bob.call('PUT', '/session/data', { key: 'mine', value: 1 })
  const dead = await begin(app)
  await dead.call('PUT', '/session/data', { key: 'cart', value: 1 })
  await dead.call('POST', '/logout')
  for (const anonymousSession of ['nothing', bob.credential, dead.credential, `${dead.credential.slice(0, -1)}_`]) {
    const { response, data } = await logIn(app, { anonymousSession })
    t.equal(response.statusCode, 200)
    t.strictSame(await data(), {})
  }
  t.equal((await bob.call('GET', '/me')).statusCode, 200)
})

t.test('a credential that was replaced long ago ends the anonymous session and carries nothing over', async t => {
  const { app } = await build(t, { ROTATION_GRACE_SECONDS: '0' })
  const anonymous = await begin(app)
  await anonymous.call('PUT', '/session/data', { key: 'cart', value: 1 })
  const next = (await anonymous.call('POST', '/session/rotate')).json().sessionId
  noteCredential(app, next)
  await clientOf(app, next).call('GET', '/session')
  t.strictSame(await (await logIn(app, { anonymousSession: anonymous.credential })).data(), {})
  isProblem(t, await clientOf(app, next).call('GET', '/session'), 401, 'invalid_session')
})

t.test('by cookie: it begins once, and the login takes its place', async t => {
  const { app } = await build(t)
  const open = async (headers: Record<string, string> = {}) => {
    const response = await app.inject({ method: 'POST', url: '/session/anonymous', payload: { cookie: true }, headers: { ...ownPage, ...headers } })
    const [, given] = String(response.headers['set-cookie'] ?? '').split(/[=;]/)
    if (given !== undefined) noteCredential(app, given)
    return response
  }
  const first = await open()
  const [cookie = ''] = String(first.headers['set-cookie']).split(';')
  noteCredential(app, cookie.split('=')[1] ?? '')
  t.match(first.json(), { message: 'Session opened' })
  t.notOk('sessionId' in first.json())
  t.notMatch(String(first.headers['set-cookie']), /Max-Age/)
  const again = await open({ cookie })
  t.match(again.json(), { message: 'Session goes on' })
  t.equal(again.headers['set-cookie'], undefined)
  await app.inject({ method: 'PUT', url: '/session/data', payload: { key: 'cart', value: [1] }, headers: { ...ownPage, cookie } })
  const alice = await loginByCookie(app, 'alice', { cookie })
  t.strictSame((await app.inject({ url: '/session/data', headers: { cookie: alice.cookie } })).json().data, { cart: [1] })
  isProblem(t, await app.inject({ url: '/session', headers: { cookie } }), 401, 'invalid_session')
  t.match((await open({ cookie: alice.cookie })).json(), { message: 'Session goes on' }, 'who has logged in stays so')
  t.equal((await app.inject({ url: '/me', headers: { cookie: alice.cookie } })).statusCode, 200)
  isProblem(t, await app.inject({ method: 'POST', url: '/session/anonymous', payload: { cookie: true }, headers: { origin: 'https://evil.example' } }), 403, 'cross_site_request')
  isProblem(t, await open({ cookie }), 409, 'session_claimed', 'the cookie of the login is on its way')
  t.match((await open({ cookie: '__Host-session=nothing' })).json(), { message: 'Session opened' })
  t.match((await open({ cookie: '__Host-session=a; __Host-session=b' })).json(), { message: 'Session opened' })
})

t.test('of two cookies that differ a login takes the place of neither', async t => {
  const { app } = await build(t)
  const [one, two] = [await begin(app), await begin(app)]
  await one.call('PUT', '/session/data', { key: 'cart', value: [1] })
  const alice = await loginByCookie(app, 'alice', { cookie: `__Host-session=${one.credential}; __Host-session=${two.credential}` })
  t.strictSame((await app.inject({ url: '/session/data', headers: { cookie: alice.cookie } })).json().data, {})
  t.strictSame(await one.data(), { cart: [1] })
})

t.test('where there are no addresses nobody is counted', async t => {
  const { app } = await build(t, { ANONYMOUS_SESSIONS_PER_ADDRESS: '1' })
  const socketPath = join(mkdtempSync(join(tmpdir(), 'sessions-socket-')), 's')
  await app.listen({ path: socketPath })
  for (let i = 0; i < 3; i++) {
    const sent = request({ socketPath, path: '/session/anonymous', method: 'POST', headers: { host: 'localhost', 'content-type': 'application/json' } }).end('{}')
    const [response] = await once(sent, 'response')
    const chunks: Buffer[] = []
    for await (const chunk of response) chunks.push(chunk)
    t.equal(response.statusCode, 200)
    noteCredential(app, JSON.parse(Buffer.concat(chunks).toString()).sessionId)
  }
})

t.test('one address opens so many and no more, over all instances', async t => {
  const { app, config } = await build(t, { ANONYMOUS_SESSIONS_PER_ADDRESS: '3', TRUST_PROXY: '127.0.0.1' })
  const another = await buildAnother(t, config)
  const open = async (instance: FastifyInstance, from: string) => {
    const response = await instance.inject({ method: 'POST', url: '/session/anonymous', payload: {}, headers: { 'x-forwarded-for': from } })
    if (response.statusCode === 200) noteCredential(app, response.json().sessionId)
    return response
  }
  for (const instance of [app, another, app]) t.equal((await open(instance, '2001:db8::1')).statusCode, 200)
  const refused = await open(another, '2001:db8::2')
  isProblem(t, refused, 429, 'too_many_sessions')
  t.match(refused.headers, { 'retry-after': /^\d+$/, 'ratelimit-policy': '"anonymous";q=3;w=3600' })
  t.equal((await open(app, '2001:db8:0:1::1')).statusCode, 200, 'another network')
  t.equal((await open(app, '203.0.113.7')).statusCode, 200)
})

t.test('a service that opens none says so', async t => {
  const { app } = await build(t, { ANONYMOUS_SESSIONS_PER_ADDRESS: '0' })
  isProblem(t, await app.inject({ method: 'POST', url: '/session/anonymous', payload: {} }), 404, 'route_not_found')
})

t.test('to other services it is nobody’s, unless they ask', async t => {
  const { app } = await build(t)
  const shop = await addService(app, 'shop', { scopes: ['sessions:introspect', 'sessions:create', 'sessions:read', 'sessions:revoke'] })
  const anonymous = await begin(app)
  await anonymous.call('PUT', '/session/data', { key: 'cart', value: [1] })
  const ask = async (include?: string) => (await shop.call('POST', '/v1/introspect', { token: anonymous.credential, include })).body
  t.equal(await ask(), '{"active":false}')
  t.equal(await ask('data'), '{"active":false}')
  t.match(JSON.parse(await ask('anonymous')), { active: true, anonymous: true, sub: /^anonymous:[\w-]{22}$/, sid: anonymous.credential.slice(0, 36), roles: [] })
  t.match(JSON.parse(await ask('data anonymous')), { active: true, anonymous: true, data: { cart: [1] } })
  const { credential } = await login(app)
  t.notOk('anonymous' in (await shop.call('POST', '/v1/introspect', { token: credential, include: 'anonymous' })).json())
  isProblem(t, await shop.call('POST', '/v1/sessions', { userId: 'anonymous:me' }), 400, 'validation_failed')
})

t.test('a service that logs users in takes over an anonymous session of theirs', async t => {
  const { app } = await build(t)
  const shop = await addService(app, 'shop', { scopes: ['sessions:create'] })
  const anonymous = await begin(app)
  await anonymous.call('PATCH', '/session/data', { cart: [1], lang: 'de' })
  const response = await shop.call('POST', '/v1/sessions', { userId: 'customer-1', anonymousSession: anonymous.credential, keepData: ['cart'] })
  t.equal(response.statusCode, 201)
  noteCredential(app, response.json().sessionId)
  t.strictSame(await clientOf(app, response.json().sessionId).data(), { cart: [1] })
  isProblem(t, await anonymous.call('GET', '/session'), 401, 'invalid_session')
})

t.test('a service with a prefix says what becomes of its own data, and of nothing else', async t => {
  const { app } = await build(t)
  const shop = await addService(app, 'shop', { scopes: ['sessions:create'], dataPrefix: 'pre.' })
  const data = { 'pre.cart': [1], 'pre.note': 'x', secret: 's' }
  for (const [keepData, expected] of [
    [undefined, data],
    ['all', data],
    ['none', { secret: 's' }],
    [[], { secret: 's' }],
    [['pre.cart', 'pre.none'], { 'pre.cart': [1], secret: 's' }]
  ] as const) {
    const anonymous = await begin(app)
    await anonymous.call('PATCH', '/session/data', data)
    const open = (keepData: unknown) => shop.call('POST', '/v1/sessions', { userId: 'customer-1', anonymousSession: anonymous.credential, ...(keepData !== undefined && { keepData }) })
    for (const foreign of [['secret'], ['pre.cart', 'secret'], ['pre']]) isProblem(t, await open(foreign), 403, 'data_key_not_allowed')
    t.equal((await anonymous.call('GET', '/session')).statusCode, 200, 'which leaves it as it was')
    const response = await open(keepData)
    t.equal(response.statusCode, 201)
    noteCredential(app, response.json().sessionId)
    t.strictSame(await clientOf(app, response.json().sessionId).data(), expected, JSON.stringify(keepData))
  }
  isProblem(t, await shop.call('POST', '/v1/sessions', { userId: 'customer-1', keepData: ['secret'] }), 403, 'data_key_not_allowed', 'also where there is nothing to keep')
})

t.test('gateways let it pass only where they ask for it, without a user', async t => {
  const { app } = await build(t)
  const { call } = await begin(app)
  for (const url of ['/verify', '/verify?anonymous=false', '/verify/shop?anonymous=true']) isProblem(t, await call('GET', url), 401, 'invalid_session')
  const passed = await call('GET', '/verify?anonymous=true')
  t.equal(passed.statusCode, 200)
  t.match(passed.headers, { 'x-session-user': '', 'x-session-roles': '', 'x-session-id': /^[0-9a-f-]{36}$/ })
  isProblem(t, await call('GET', '/verify?anonymous=true&role=admin'), 403, 'forbidden')
  isProblem(t, await call('GET', '/verify?anonymous=true&fresh=300'), 401, 'invalid_session', 'nothing was ever proven')
  const user = await login(app)
  t.match((await user.call('GET', '/verify?anonymous=true')).headers, { 'x-session-user': '1' })
})

t.test('a browser that outlives its sessions keeps the cookie of one that does, too', async t => {
  const { app } = await build(t, { ANONYMOUS_LIFETIME: 'rememberMe' })
  const response = await app.inject({ method: 'POST', url: '/session/anonymous', payload: { cookie: true }, headers: ownPage })
  t.match(String(response.headers['set-cookie']), /Max-Age=259[12]\d{3};/)
  noteCredential(app, String(response.headers['set-cookie']).split(/[=;]/)[1] ?? '')
})

t.test('what the binding keeps a session from, it keeps a login from, too', async t => {
  const { app } = await build(t, { BINDING_CLIENT: 'enforce' })
  const anonymous = await begin(app)
  await anonymous.call('PUT', '/session/data', { key: 'cart', value: 1 })
  const response = await app.inject({ method: 'POST', url: '/login', payload: { ...demo.bob, anonymousSession: anonymous.credential }, headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0' } })
  t.equal(response.statusCode, 200)
  noteCredential(app, response.json().sessionId)
  const { data } = (await app.inject({ url: '/session/data', headers: { 'x-session-id': response.json().sessionId, 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0' } })).json()
  t.strictSame(data, {})
  isProblem(t, await anonymous.call('GET', '/session'), 401, 'invalid_session', 'it has ended, as by any other use from there')
})

t.test('the cookie of an anonymous session ends when the body names another one', async t => {
  const { app } = await build(t)
  const [inCookie, inBody] = [await begin(app), await begin(app)]
  await inBody.call('PUT', '/session/data', { key: 'cart', value: 1 })
  const response = await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, cookie: true, anonymousSession: inBody.credential }, headers: { ...ownPage, cookie: `__Host-session=${inCookie.credential}` } })
  const given = String(response.headers['set-cookie']).split(/[=;]/)[1] ?? ''
  noteCredential(app, given)
  t.strictSame(await clientOf(app, given).data(), { cart: 1 })
  for (const { call } of [inCookie, inBody]) isProblem(t, await call('GET', '/session'), 401, 'invalid_session')
})

t.test('who cannot prove a password is not asked for it, wherever the session is used', async t => {
  const { app } = await build(t, { BINDING_CLIENT: 'step-up', BINDING_NETWORK: 'step-up', BINDING_DEVICE: 'step-up' })
  const { credential } = await begin(app)
  const from = (userAgent: string) => app.inject({ url: '/session', headers: { 'x-session-id': credential, 'user-agent': userAgent } })
  t.match((await from('Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0')).statusCode, 200)
  t.equal((await from('curl/8.5.0')).statusCode, 200)
})
