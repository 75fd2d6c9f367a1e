import { setTimeout as sleep } from 'node:timers/promises'
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet } from 'jose'
import t from 'tap'
import { build, buildAnother, login } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { isInvalid, isProblem } from './problem.ts'
import { addService } from './service.ts'

interface Token { token: string, tokenType: string, expiresAt: string }

t.test('who has a session gets a token, which others verify with the published keys alone', async t => {
  const { app, config } = await build(t)
  const alice = await login(app, 'admin')
  const { token, tokenType, expiresAt } = (await alice.call('POST', '/session/token', { audience: 'shop' })).json<Token>()
  const jwks = await app.inject('/.well-known/jwks.json')
  t.equal(jwks.headers['cache-control'], 'public, max-age=300')
  const { payload } = await jwtVerify(token, createLocalJWKSet(jwks.json<JSONWebKeySet>()), { audience: 'shop', issuer: config.TOKEN_ISSUER })
  t.match(payload, { sub: '3', sid: alice.id, roles: ['admin'] })
  t.strictSame([tokenType, Number(expiresAt)], ['Bearer', Number(payload.exp) * 1000])
})

t.test('a token is no session: no route takes it for one', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const { token } = (await alice.call('POST', '/session/token', { audience: 'shop' })).json<Token>()
  for (const headers of [{ 'x-session-id': token }, { authorization: `Bearer ${token}` }]) isProblem(t, await app.inject({ url: '/me', headers }), 401, 'invalid_session')
  isProblem(t, await app.inject({ method: 'POST', url: '/v1/introspect', payload: { token }, headers: { authorization: `Bearer ${token}` } }), 401, 'invalid_client_assertion')
})

t.test('introspection takes tokens too, and knows when the session has ended', async t => {
  const { app } = await build(t)
  const service = await addService(app, 'shop', { dataPrefix: 'a' })
  const alice = await login(app)
  await alice.call('PATCH', '/session/data', { a: 1, b: 2 })
  const { token, expiresAt } = (await alice.call('POST', '/session/token', { audience: 'shop' })).json<Token>()
  const ask = (more: object = {}) => service.call('POST', '/v1/introspect', { token, ...more })
  const response = await ask()
  t.match(response.json(), { active: true, sub: '1', sid: alice.id, aud: 'shop', exp: Number(expiresAt) / 1000, roles: [], username: 'alice@example.com', name: 'Alice', token_type: 'Bearer' })
  t.equal(response.headers['x-keep-ms'], '0')
  const other = await addService(app, 'other')
  t.equal((await other.call('POST', '/v1/introspect', { token })).body, '{"active":false}', 'RFC 7662 section 4: it was made for somebody else')
  t.match((await ask({ include: 'data device' })).json(), { data: { a: 1 }, device: { type: 'unknown' } })
  t.equal((await service.call('POST', '/v1/introspect', { token: `${token}x` })).body, '{"active":false}')
  const many = await service.call('POST', '/v1/introspect/batch', { tokens: [token, `${token}x`, 'eyJ'.padEnd(5000, 'x'), alice.credential, token], include: 'device' })
  const { results } = many.json<{ results: Array<{ active: boolean, aud?: string, device?: { type: string } }> }>()
  t.strictSame(results.map(({ active, aud, device }) => [active, aud, device?.type]), [[true, 'shop', 'unknown'], [false, undefined, undefined], [false, undefined, undefined], [true, undefined, 'unknown'], [true, 'shop', 'unknown']], 'also many, among credentials')
  await alice.call('POST', '/logout')
  t.equal((await ask()).body, '{"active":false}')
})

t.test('introspection tells of a token what it tells of a credential about its user', async t => {
  const { app } = await build(t)
  const service = await addService(app, 'shop', { scopes: ['sessions:introspect', 'sessions:create'] })
  const profiles = [{ profile: { name: `"Zoë" \\ ${'🦊'.repeat(30)}`, roles: ['customer'] }, claims: { plan: 'gold', note: '"=' } }, { profile: {} }]
  for (const profile of profiles) {
    const { sessionId } = (await service.call('POST', '/v1/sessions', { userId: 'customer-4711', ...profile })).json<{ sessionId: string }>()
    noteCredential(app, sessionId)
    const { token } = (await app.inject({ method: 'POST', url: '/session/token', headers: { 'x-session-id': sessionId }, payload: { audience: 'shop' } })).json<Token>()
    const told = async (token: string) => {
      const { sub, sid, roles, client_id: openedBy, claims, username, name } = (await service.call('POST', '/v1/introspect', { token })).json()
      return { sub, sid, roles, openedBy, claims, username, name }
    }
    const ofCredential = await told(sessionId)
    t.strictSame(await told(token), ofCredential)
    t.match(ofCredential, { sub: 'customer-4711', openedBy: 'shop', ...('claims' in profile && { name: profile.profile.name, claims: profile.claims }) })
  }
})

t.test('for whom tokens are made is the operator’s to say', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  isProblem(t, await alice.call('POST', '/session/token', { audience: 'other' }), 400, 'audience_not_allowed')
  isInvalid(t, await alice.call('POST', '/session/token', {}), ['body/audience'])
  isInvalid(t, await alice.call('POST', '/session/token', { audience: 'a b' }), ['body/audience'])
  t.equal((await alice.call('POST', '/session/token', { audience: 'https://api.example.com' })).statusCode, 200)
  const off = await build(t, { TOKEN_AUDIENCES: 'none' })
  isProblem(t, await (await login(off.app)).call('POST', '/session/token', { audience: 'shop' }), 400, 'audience_not_allowed')
})

t.test('who has ended gets none, also where that is not known yet', async t => {
  const { app, config } = await build(t, { NEAR_CACHE_MS: '1000' })
  const other = await buildAnother(t, config)
  while (app.nearCache?.isProven() !== true) await sleep(10)
  const alice = await login(app)
  await alice.call('GET', '/me')
  // The news has no time to arrive.
  await Promise.all([other.sessionStore.end('1', alice.id), alice.call('GET', '/me')])
  isProblem(t, await alice.call('POST', '/session/token', { audience: 'shop' }), 401, 'invalid_session')
})

t.test('libraries that begin with the metadata find the rest (RFC 8414)', async t => {
  const { app } = await build(t)
  const response = await app.inject('/.well-known/oauth-authorization-server')
  t.equal(response.headers['cache-control'], 'public, max-age=300')
  t.match(response.json(), { issuer: 'https://sessions.example.com', jwks_uri: 'https://sessions.example.com/.well-known/jwks.json', introspection_endpoint: 'https://sessions.example.com/v1/introspect' })
})

t.test('a service gets for a credential of a user the token that its user would get, and the credential goes no further', async t => {
  const { app } = await build(t)
  const gateway = await addService(app, 'gateway', { scopes: ['tokens:issue'] })
  const alice = await login(app)
  const exchange = (token: string, audience = 'shop') => gateway.call('POST', '/v1/tokens', { token, audience })
  const response = await exchange(alice.credential)
  t.match(response.json(), { tokenType: 'Bearer', token: /^eyJ/, expiresAt: /^\d{13}$/ })
  noteCredential(app, response.json().token)
  t.match(await app.tokens.verify(response.json().token), { sub: '1', sid: alice.id, aud: 'shop' })
  isProblem(t, await exchange(alice.credential, 'nobody'), 400, 'audience_not_allowed')
  const anonymous = await app.sessions.openAnonymous({ ipAddress: '', userAgent: '' })
  noteCredential(app, anonymous.credential)
  isProblem(t, await exchange(anonymous.credential), 403, 'login_required')
  await alice.call('POST', '/logout')
  for (const worthless of [alice.credential, 'nothing']) isProblem(t, await exchange(worthless), 404, 'session_not_found')
  const other = await addService(app, 'other', { scopes: ['sessions:introspect', 'sessions:read'] })
  isProblem(t, await other.call('POST', '/v1/tokens', { token: 'x', audience: 'shop' }), 403, 'insufficient_scope')
})
