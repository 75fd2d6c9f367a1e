import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { build, buildAnother, login } from '../harness.ts'
import { isProblem } from '../routes/problem.ts'
import { addService, asService } from '../routes/service.ts'

async function opened (t: Test) {
  const { app, config, logs } = await build(t)
  const shop = await addService(app)
  const ask = (authorization?: string) => app.inject({ method: 'POST', url: '/v1/introspect', payload: { token: 'x' }, headers: { ...(authorization !== undefined && { authorization }) } })
  return { app, config, logs, shop, ask }
}

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`

t.test('a key opens as a bearer token, and as the password of its service', async t => {
  const { shop: { key }, ask } = await opened(t)
  const encoded = (text: string) => text.replace(/[^A-Za-z0-9]/g, sign => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  for (const authorization of [`Bearer ${key}`, `bearer   ${key} `, basic('shop', key), basic(encoded('shop'), encoded(key))]) t.equal((await ask(authorization)).statusCode, 200, authorization.slice(0, 10))
})

t.test('without a key the answer says what is wanted; with one that is worth nothing, that it is worth nothing (RFC 6750 section 3)', async t => {
  const { app, shop: { key }, ask } = await opened(t)
  for (const authorization of [undefined, '', 'Bearer', 'Digest x', key]) {
    const response = await ask(authorization)
    isProblem(t, response, 401, 'no_service_key', String(authorization).slice(0, 10))
    t.equal(response.headers['www-authenticate'], 'Bearer realm="sessions", Basic realm="sessions"')
  }
  const other = `${key.slice(0, -1)}${key.endsWith('A') ? 'B' : 'A'}`
  const { credential } = await login(app)
  for (const authorization of [`Bearer ${other}`, `Bearer ${key}x`, 'Bearer x', `Bearer ${credential}`, basic('shop', other), basic('shops', key), basic('', key), `Basic ${key}`, 'Basic eA==']) {
    const response = await ask(authorization)
    isProblem(t, response, 401, 'invalid_service_key', authorization.slice(0, 12))
    t.equal(response.headers['www-authenticate'], 'Bearer realm="sessions", error="invalid_token", Basic realm="sessions"')
  }
})

t.test('one key a request, and nobody’s body is read before it', async t => {
  const { app, shop: { key } } = await opened(t)
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = new URL(origin)
  const send = (headers: string[]) => new Promise<number | undefined>((resolve, reject) => {
    request({ host: '127.0.0.1', port, method: 'POST', path: '/v1/introspect', headers: ['Host', 'x', 'Content-Type', 'application/json', ...headers] }, response => resolve(response.resume().statusCode)).on('error', reject).end('{"token":"x"}')
  })
  t.equal(await send(['Content-Length', '13', 'Authorization', `Bearer ${key}`]), 200)
  t.equal(await send(['Content-Length', '13', 'Authorization', `Bearer ${key}`, 'authorization', `Bearer ${key}`]), 400)
  isProblem(t, await app.inject({ method: 'POST', url: '/v1/introspect', payload: '{', headers: { 'content-type': 'application/json' } }), 401, 'no_service_key')
})

t.test('a scope that is missing is named (RFC 6750 section 3.1)', async t => {
  const { app } = await opened(t)
  const audit = await addService(app, 'audit', { scopes: ['admin', 'sessions:read'] })
  const response = await audit.call('POST', '/v1/introspect', { token: 'x' })
  isProblem(t, response, 403, 'insufficient_scope')
  t.match(response.json(), { scope: 'sessions:introspect' })
  t.equal(response.headers['www-authenticate'], 'Bearer realm="sessions", error="insufficient_scope", scope="sessions:introspect"')
})

t.test('a key is no session: it opens nothing that is a user’s', async t => {
  const { app } = await opened(t)
  const all = await addService(app, 'all', { scopes: ['sessions:introspect', 'sessions:read', 'sessions:create', 'sessions:write', 'sessions:revoke', 'tokens:issue', 'admin'] })
  for (const [method, url] of [['GET', '/me'], ['GET', '/sessions'], ['GET', '/admin/users'], ['GET', '/admin/callers'], ['GET', '/verify']] as const) isProblem(t, await all.call(method, url), 401, 'invalid_session', url)
})

t.test('what is taken away here is worth nothing at once here, and within a second on other instances', async t => {
  const { app, config, shop } = await opened(t)
  const other = asService(await buildAnother(t, config), shop.key)
  const worth = async () => (await other.call('POST', '/v1/introspect', { token: 'x' })).statusCode
  t.equal(await worth(), 200)
  await app.callers.remove('shop')
  const removedAtMs = performance.now()
  t.equal((await shop.call('POST', '/v1/introspect', { token: 'x' })).statusCode, 401)
  while (await worth() !== 401) await sleep(10)
  t.ok(performance.now() - removedAtMs < 1500)
})

t.test('the log says which service asked, and never its key', async t => {
  const { shop, logs } = await opened(t)
  await shop.call('POST', '/v1/introspect', { token: 'x' })
  const line = logs.map(text => JSON.parse(text)).find(({ msg, route }) => msg === 'request' && route === '/v1/introspect')
  t.equal(line?.caller, 'shop')
  t.notOk(logs.join('').includes(shop.key.slice(21)))
})
