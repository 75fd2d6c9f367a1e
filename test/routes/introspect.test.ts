import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { serviceError } from '../../src/sessions/errors.ts'
import { build, buildAnother, demo, login } from '../harness.ts'
import { isInvalid, isProblem } from './problem.ts'
import { addSigner } from './signer.ts'
import { addService } from './service.ts'

interface Claims { active: boolean, sub: string, sid: string, iat: number, exp: number, auth_time: number, data?: object, device?: object }

async function opened (t: Test, env: Record<string, string> = {}) {
  const { app, config } = await build(t, { NEAR_CACHE_MS: '1000', ...env })
  const service = await addService(app)
  const worth = async (token: string, more: object = {}) => service.call('POST', '/v1/introspect', { token, ...more })
  return { app, config, service, worth }
}

t.test('RFC 7662 section 2.2: a good credential is active, with whose it is, and when it began and ends, in seconds', async t => {
  const { app, worth } = await opened(t)
  const alice = await login(app)
  const { iat, exp, auth_time: authTime, ...rest } = (await worth(alice.credential)).json<Claims>()
  t.strictSame(rest, { active: true, sub: '1', sid: alice.id, username: 'alice@example.com', name: 'Alice', roles: [], token_type: 'Bearer' })
  t.ok(Math.abs(iat - Date.now() / 1000) < 60)
  t.strictSame([authTime, exp - iat], [iat, 3600])
  const admin = await login(app, 'admin')
  t.strictSame((await worth(admin.credential)).json().roles, ['admin'])
})

t.test('RFC 7523 section 2.2: a form may have the assertion of who sends it in it, and nothing else of them beside it', async t => {
  const { app } = await build(t)
  const shop = await addSigner(app)
  const alice = await login(app)
  const form = (members: Record<string, string>, headers: Record<string, string> = {}) => app.inject({
    method: 'POST', url: '/v1/introspect', payload: new URLSearchParams(members).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers }
  })
  const type = { client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer' }
  const token = { token: alice.credential }
  t.match((await form({ ...token, ...type, client_assertion: shop.assertion() })).json(), { active: true, sub: '1' })
  const once = shop.assertion()
  t.equal((await form({ ...token, ...type, client_assertion: once, client_id: 'shop' })).statusCode, 200)
  for (const mediaType of ['Application/X-WWW-Form-Urlencoded', 'application/x-www-form-urlencoded; charset=UTF-8', 'APPLICATION/X-WWW-FORM-URLENCODED ;charset=utf-8']) {
    t.match((await form({ ...token, ...type, client_assertion: shop.assertion() }, { 'content-type': mediaType })).json(), { active: true }, mediaType)
  }
  isProblem(t, await form({ ...token, ...type, client_assertion: shop.assertion() }, { 'content-type': 'application/x-www-form-urlencodedly' }), 401, 'no_service_key', 'another type')
  isProblem(t, await form({ ...token, ...type, client_assertion: once }), 401, 'invalid_client_assertion', 'used before')
  isProblem(t, await form({ ...token, ...type, client_assertion: shop.assertion(), client_id: 'else' }), 401, 'invalid_service_key', 'of another service')
  isProblem(t, await form({ ...token, ...type, client_assertion: 'x' }), 401, 'invalid_client_assertion', 'no assertion')
  isProblem(t, await form({ ...token, client_assertion: shop.assertion() }), 401, 'no_service_key', 'without its type')
  isProblem(t, await form({ ...token, ...type, client_assertion_type: 'x', client_assertion: shop.assertion() }), 401, 'no_service_key', 'of another type')
  isProblem(t, await form(token), 401, 'no_service_key')
  isProblem(t, await form({ ...token, ...type, client_assertion: shop.assertion() }, { authorization: `Bearer ${shop.assertion()}` }), 400, 'credentials_disagree', 'two of them')
  isProblem(t, await form({ ...token, client_id: 'else' }, { authorization: `Bearer ${shop.assertion()}` }), 401, 'invalid_service_key', 'of another service than the header')
  t.equal((await form({ ...token, client_id: 'shop' }, { authorization: `Bearer ${shop.assertion()}` })).statusCode, 200)
  const unscoped = await addSigner(app, 'till', { scopes: ['sessions:read'] })
  isProblem(t, await form({ ...token, ...type, client_assertion: unscoped.assertion() }), 403, 'insufficient_scope')
  isProblem(t, await app.inject({ method: 'POST', url: '/v1/introspect', payload: { ...token, ...type, client_assertion: shop.assertion() } }), 401, 'no_service_key', 'JSON is no form')
})

t.test('RFC 7662 section 2.1: a form is as good as JSON, and a hint is not looked at', async t => {
  const { app, service } = await opened(t)
  const alice = await login(app)
  const form = (text: string) => service.call('POST', '/v1/introspect', text, { 'content-type': 'application/x-www-form-urlencoded' })
  t.match((await form(`token=${encodeURIComponent(alice.credential)}&token_type_hint=access_token`)).json(), { active: true, sub: '1' })
  t.match((await form('token=nothing')).body, '{"active":false}')
  isProblem(t, await form('token=a&token=b'), 400, 'malformed_request')
  isInvalid(t, await form('include=data'), ['body/token'])
  isProblem(t, await form(`token=${'x'.repeat(9000)}`), 413, 'body_too_large')
  isProblem(t, await service.call('POST', '/v1/introspect/batch', 'tokens=a', { 'content-type': 'application/x-www-form-urlencoded' }), 415, 'unsupported_media_type')
  const more = `token=${encodeURIComponent(alice.credential)}&resource=https%3A%2F%2Fa.example&resource=https%3A%2F%2Fb.example&__proto__=x&constructor=y`
  t.match((await form(more)).json(), { active: true, sub: '1' }, 'what else it has is ignored')
  isInvalid(t, await service.call('POST', '/v1/introspect', { token: alice.credential, resource: 'x' }), ['body/resource'], 'of JSON it is not')
  isInvalid(t, await form(''), ['body/token'])
})

t.test('RFC 7662 section 2.2: whatever is not active is {"active":false} to the byte, and cannot be told apart', async t => {
  const { app, service, worth } = await opened(t)
  const [alice, ended, disabled] = [await login(app), await login(app), await login(app, 'bob')]
  await ended.call('POST', '/logout')
  await app.users.administration({ endSessions: (userId, reason) => app.sessions.endAll(userId, null, { reason }), eraseHistory: app.sessions.eraseHistory }).change('bob@example.com', { disabled: true })
  const forged = `${alice.credential.slice(0, -1)}${alice.credential.endsWith('A') ? 'B' : 'A'}`
  const answers = await Promise.all([forged, ended.credential, disabled.credential, alice.id, service.key, 'nothing', '', 'x'.repeat(4096), 'x'.repeat(4097), 'eyJ', '\u0000'].map(token => worth(token)))
  for (const { statusCode, body, headers } of answers) {
    t.strictSame([statusCode, body], [200, '{"active":false}'])
    t.strictSame([headers['content-type'], headers['cache-control'], headers['x-keep-ms']], ['application/json; charset=utf-8', 'no-store', '1000'])
  }
})

t.test('RFC 7662 section 2.1: nobody asks without a key', async t => {
  const { app } = await opened(t)
  const alice = await login(app)
  isProblem(t, await app.inject({ method: 'POST', url: '/v1/introspect', payload: { token: alice.credential } }), 401, 'no_service_key')
  isProblem(t, await alice.call('POST', '/v1/introspect', { token: alice.credential }), 401, 'no_service_key', 'a session is no key')
})

t.test('RFC 7662 section 4: what ends is not active from the next question on, and an ended session does not say when', async t => {
  const { app, config, service, worth } = await opened(t)
  const other = await buildAnother(t, config)
  const alice = await login(app)
  t.match((await worth(alice.credential)).json(), { active: true })
  await other.sessions.endAll('1')
  // The news takes a moment.
  for (let i = 0; i < 100 && (await worth(alice.credential)).json<Claims>().active; i++) await sleep(10)
  t.equal((await worth(alice.credential)).body, '{"active":false}')
  t.equal((await service.call('POST', '/v1/introspect/batch', { tokens: [alice.credential] })).body, '{"results":[{"active":false}]}')
})

t.test('a verdict may be kept as long as it is repeated here, from when it was asked for', async t => {
  const { app, worth } = await opened(t, { TOUCH_INTERVAL_MS: '60000' })
  while (app.nearCache?.isProven() !== true) await sleep(10)
  const alice = await login(app)
  const keepMs = async () => Number((await worth(alice.credential)).headers['x-keep-ms'])
  const first = await keepMs()
  t.ok(first > 500 && first <= 1000, `${first}`)
  await sleep(50)
  const second = await keepMs()
  t.ok(second <= first - 49, `${first}, ${second}`)
  const strict = await opened(t, { NEAR_CACHE_MS: '0' })
  const bob = await login(strict.app, 'bob')
  t.equal((await strict.worth(bob.credential)).headers['x-keep-ms'], '0', 'nowhere, if not here')
})

t.test('nor longer than until something happens by itself', async t => {
  const { app, worth } = await opened(t, { TOUCH_INTERVAL_MS: '300' })
  while (app.nearCache?.isProven() !== true) await sleep(10)
  const alice = await login(app)
  await sleep(350)
  const keepMs = Number((await worth(alice.credential)).headers['x-keep-ms'])
  t.ok(keepMs > 0 && keepMs <= 300, `${keepMs}: until the next use is to be written down`)
})

t.test('the device and the data come when they are asked for', async t => {
  const { app, worth } = await opened(t)
  const response = await app.inject({
    method: 'POST',
    url: '/login',
    payload: { ...demo.alice, deviceName: 'TV in the living room', capabilities: ['4K'] },
    headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0' }
  })
  const { sessionId } = response.json<{ sessionId: string }>()
  await app.inject({ method: 'PATCH', url: '/session/data', headers: { 'x-session-id': sessionId }, payload: { cartItems: '3', theme: { dark: true } } })
  const plain = (await worth(sessionId)).json<Claims>()
  t.strictSame([plain.device, plain.data], [undefined, undefined])
  t.match((await worth(sessionId, { include: 'device data' })).json(), {
    active: true,
    device: { browser: 'Firefox', os: 'Linux', type: 'desktop', name: 'TV in the living room', capabilities: ['4K'] },
    data: { cartItems: '3', theme: { dark: true } }
  })
  t.notOk('device' in (await worth(sessionId, { include: 'data' })).json<Claims>())
  const shop = await addService(app, 'cart', { dataPrefix: 'cart' })
  t.strictSame((await shop.call('POST', '/v1/introspect', { token: sessionId, include: 'data' })).json<Claims>().data, { cartItems: '3' }, 'only what is its own')
  isInvalid(t, await worth(sessionId, { include: 'everything' }), ['body/include'])
})

t.test('a session that ends between its verdict and its data is not active', async t => {
  const { app, worth } = await opened(t)
  const { describe, readData } = app.sessions
  for (const include of ['device', 'data']) {
    const alice = await login(app)
    const endFirst = async () => { await app.sessionStore.end('1', alice.id) }
    Object.assign(app.sessions, {
      describe: async (session: Parameters<typeof describe>[0]) => { await endFirst(); return describe(session) },
      readData: async (session: Parameters<typeof readData>[0]) => { await endFirst(); return readData(session) }
    })
    t.equal((await worth(alice.credential, { include })).body, '{"active":false}', include)
  }
  const bob = await login(app, 'bob')
  Object.assign(app.sessions, { readData: async () => { throw serviceError('store_unavailable', 'Away.') } })
  isProblem(t, await worth(bob.credential, { include: 'data' }), 503, 'store_unavailable', 'but what cannot be read is no verdict')
})

t.test('many at once are answered in their order, each by itself', async t => {
  const { app, service } = await opened(t)
  const [alice, bob, ended] = [await login(app), await login(app, 'bob'), await login(app)]
  await ended.call('POST', '/logout')
  const ask = (tokens: unknown[], more: object = {}) => service.call('POST', '/v1/introspect/batch', { tokens, ...more })
  const { results } = (await ask([bob.credential, 'nothing', alice.credential, ended.credential, bob.credential])).json<{ results: Claims[] }>()
  t.strictSame(results.map(({ active, sid }) => active ? sid : null), [bob.id, null, alice.id, null, bob.id])
  t.match((await ask([alice.credential], { include: 'data' })).json(), { results: [{ data: {} }] })
  t.equal((await ask(Array.from({ length: 1000 }, () => alice.credential))).json<{ results: Claims[] }>().results.filter(({ active }) => active).length, 1000)
  const tooMany = await ask(Array.from({ length: 1001 }, () => alice.credential))
  isProblem(t, tooMany, 413, 'batch_too_large')
  t.match(tooMany.json(), { cap: 'tokens', max: 1000, actual: 1001 })
  const some = Array.from({ length: 101 }, () => alice.credential)
  for (const include of ['data', 'device data']) t.match((await ask(some, { include })).json(), { code: 'batch_too_large', max: 100, actual: 101 }, 'fewer if it is to tell what they hold')
  const thousand = [...Array.from({ length: 998 }, (_, i) => i % 2 === 0 ? alice.credential : bob.credential), ended.credential, 'nothing']
  const devices = (await ask(thousand, { include: 'device' })).json<{ results: Claims[] }>().results
  t.strictSame(devices.map(({ sid, device }) => device === undefined ? null : sid), thousand.map(token => token === alice.credential ? alice.id : token === bob.credential ? bob.id : null))
  t.match((await ask([...thousand, 'x'], { include: 'device' })).json(), { code: 'batch_too_large', max: 1000, actual: 1001 })
  t.strictSame((await ask(['', 'x'.repeat(5000), alice.credential])).json<{ results: Claims[] }>().results.map(({ active }) => active), [false, false, true], 'what one client sent spoils nothing for others')
  isInvalid(t, await ask([]), ['body/tokens'])
  isInvalid(t, await ask([alice.credential, 7]), ['body/tokens/1'])
  isInvalid(t, await service.call('POST', '/v1/introspect/batch', {}), ['body/tokens'])
})

t.test('asking is a use of the session', async t => {
  const { app, worth } = await opened(t, { TOUCH_INTERVAL_MS: '0' })
  const alice = await login(app)
  const lastAccessedAt = async () => {
    const { sessions: [session] } = (await alice.call('GET', '/sessions')).json<{ sessions: Array<{ lastAccessedAt: string }> }>()
    return Number(session?.lastAccessedAt)
  }
  const before = await lastAccessedAt()
  await sleep(30)
  await worth(alice.credential)
  const { times } = await app.sessionStore.describe(alice.id) ?? {}
  t.ok(Number(times?.lastAccessedAtMs) >= before + 25)
})
