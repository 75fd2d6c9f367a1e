import t, { type Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { createKeys } from '../../src/store/keys.ts'
import { packAddress, unpackAddress } from '../../src/store/address.ts'
import { packUserAgent, unpackUserAgent } from '../../src/store/user-agent.ts'
import { build, demo, inspector } from '../harness.ts'
import { placesOf, type Document } from '../fuzz/document.ts'
import { noteCredential } from '../leaks/known.ts'
import { isProblem } from '../routes/problem.ts'
import { snapshots } from '../store/snapshot.ts'

const chrome = (version: number) => `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0'

interface Place { address: string, userAgent: string }
const home: Place = { address: '203.0.113.7', userAgent: chrome(120) }
const train: Place = { ...home, address: '198.51.100.9' }
const thief: Place = { address: '192.0.2.66', userAgent: firefox }

async function opened (t: Test, env: Record<string, string> = {}) {
  const { app, config, logs } = await build(t, env)
  const { credential } = await logIn(app)
  return { app, config, credential, logs }
}

async function logIn (app: FastifyInstance, { address, userAgent } = home) {
  const response = await app.inject({ method: 'POST', url: '/login', payload: demo.alice, remoteAddress: address, headers: { 'user-agent': userAgent } })
  const { sessionId } = response.json<{ sessionId: string }>()
  noteCredential(app, sessionId)
  return { credential: sessionId }
}

function from ({ address, userAgent }: Place, app: FastifyInstance, credential: string, method: 'GET' | 'POST' | 'DELETE' = 'GET', url = '/me', payload?: object) {
  return app.inject({ method, url, remoteAddress: address, headers: { 'user-agent': userAgent, 'x-session-id': credential }, ...(payload && { payload }) })
}

/** The events of that kind, oldest first. */
async function events (app: FastifyInstance, event: string): Promise<Array<{ signals?: string[], reason?: string, ipAddress?: string, formerSessionId?: string }>> {
  const { credential } = await logIn(app)
  const { events } = (await from(home, app, credential, 'GET', '/me/activity')).json<{ events: Array<{ event: string, details: object }> }>()
  return events.filter(entry => entry.event === event).map(({ details }) => details).reverse()
}

t.test('by default a change is one event and no more, however many requests follow', async t => {
  const { app, credential } = await opened(t)
  const path = [home, { ...home, address: '203.0.113.200', userAgent: chrome(121) }, train, train, train, thief, thief, home]
  for (const place of path) t.equal((await from(place, app, credential)).statusCode, 200)
  t.match(await events(app, 'flagged'), [
    { signals: ['network'], ipAddress: train.address }, { signals: ['network', 'client'], ipAddress: thief.address }, { signals: ['network', 'client'], ipAddress: home.address }
  ])
})

t.test('many requests at once from elsewhere are one event too', async t => {
  const { app, credential } = await opened(t)
  await Promise.all(Array.from({ length: 20 }, () => from(train, app, credential)))
  t.equal((await events(app, 'flagged')).length, 1)
})

t.test('step-up asks for the password, once, and lets out who wants to leave', async t => {
  const { app, credential } = await opened(t, { BINDING_NETWORK: 'step-up', BINDING_CLIENT: 'off' })
  const other = await logIn(app)
  t.equal((await from({ ...home, userAgent: firefox }, app, credential)).statusCode, 200, 'the client is not looked at')
  for (let i = 0; i < 3; i++) isProblem(t, await from(train, app, credential), 403, 'reauthentication_required')
  t.equal((await from(home, app, credential)).statusCode, 200, 'who is back is known again')
  t.equal((await events(app, 'flagged')).length, 1)

  t.equal((await from(train, app, credential, 'DELETE', `/sessions/${other.credential.slice(0, 36)}`)).statusCode, 200, 'the panic button works')
  isProblem(t, await from(train, app, credential, 'POST', '/session/reauthenticate', { password: 'wrong' }), 401, 'wrong_password')
  const proven = await from(train, app, credential, 'POST', '/session/reauthenticate', { password: demo.alice.password })
  const next = proven.json<{ sessionId: string }>().sessionId
  noteCredential(app, next)
  t.equal((await from(train, app, next)).statusCode, 200)
  isProblem(t, await from(home, app, next), 403, 'reauthentication_required')
  t.match(await events(app, 'reauthenticated'), [{ formerSessionId: credential.slice(0, 36), ipAddress: train.address, userAgent: train.userAgent }])
  t.equal((await from(home, app, next, 'POST', '/logout')).statusCode, 200)
})

t.test('a user agent that says its family beyond what is kept is the same client at every request', async t => {
  const padded = { ...home, userAgent: `Mozilla/5.0 (X11; Linux x86_64; ${'x'.repeat(490)}) Gecko/20100101 Firefox/130.0` }
  const { app } = await build(t, { BINDING_CLIENT: 'step-up', CAPTURE_USER_AGENT: 'masked' })
  const { credential } = await logIn(app, padded)
  t.equal((await from(padded, app, credential)).statusCode, 200)
  const proven = await from(padded, app, credential, 'POST', '/session/reauthenticate', { password: demo.alice.password })
  const next = proven.json<{ sessionId: string }>().sessionId
  noteCredential(app, next)
  t.equal((await from(padded, app, next)).statusCode, 200)
})

t.test('enforce ends the session, for its owner too', async t => {
  const { app, credential } = await opened(t, { BINDING_CLIENT: 'enforce' })
  t.equal((await from({ ...train, userAgent: chrome(125) }, app, credential)).statusCode, 200, 'neither another network nor an update is another client')
  isProblem(t, await from(thief, app, credential), 401, 'invalid_session')
  isProblem(t, await from(home, app, credential), 401, 'invalid_session')
  t.match(await events(app, 'ended'), [{ reason: 'binding_violated' }])
})

t.test('that the last request came from where it may says nothing of the next one', async t => {
  const enforced = { BINDING_CLIENT: 'enforce', BINDING_NETWORK: 'enforce' }
  for (const other of [{ ...home, userAgent: thief.userAgent }, { ...home, address: thief.address }]) {
    const { app, credential } = await opened(t, enforced)
    for (let i = 0; i < 3; i++) t.equal((await from(home, app, credential)).statusCode, 200)
    isProblem(t, await from(other, app, credential), 401, 'invalid_session')
  }
})

t.test('switched off, nothing is looked at', async t => {
  const { app, credential } = await opened(t, { BINDING_NETWORK: 'off', BINDING_CLIENT: 'off' })
  t.equal((await from(thief, app, credential)).statusCode, 200)
  t.strictSame(await events(app, 'flagged'), [])
})

t.test('what is not to be captured is in no byte of the store or of the log, and is not compared', async t => {
  for (const [mode, address, client] of [['masked', '203.0.113.0/24', 'Chrome'], ['off', '', '']] as const) {
    const { app, config, credential, logs } = await opened(t, { CAPTURE_ADDRESS: mode, CAPTURE_USER_AGENT: mode })
    const { sessions: [session] } = (await from(home, app, credential, 'GET', '/sessions')).json<{ sessions: Array<{ ipAddress: string, userAgent: string }> }>()
    t.match(session, { ipAddress: address, userAgent: client, device: { browser: client || 'unknown', os: 'unknown', type: mode === 'off' ? 'unknown' : 'desktop' } })
    t.equal((await from(thief, app, credential)).statusCode, 200)
    t.equal((await events(app, 'flagged')).length, mode === 'off' ? 0 : 1)
    await from(home, app, credential, 'GET', '/session/data/%ff')
    const logged = logs.map(line => JSON.parse(line)).filter(({ msg }) => msg === 'request').map(({ ip }) => ip)
    t.strictSame([...new Set(logged)], mode === 'off' ? [undefined] : [address, '192.0.2.0/24'], `${mode}: what the log has of addresses`)
    const kept = logs.join('') + JSON.stringify(await snapshots(await inspector(t), config.KEY_PREFIX))
    for (const secret of [home.address, thief.address, 'Mozilla']) t.notMatch(kept, secret, `${mode}: ${secret}`)
  }
})

interface Shown { ipAddress: string, userAgent: string, lastIpAddress: string, lastUserAgent: string, lastAccessedAt: string }

t.test('lists show where a session was opened and where it was last used, and the record keeps nothing twice', async t => {
  const { app, config, credential } = await opened(t, { TOUCH_INTERVAL_MS: '0' })
  const redis = await inspector(t)
  const look = async (place: Place) => (await from(place, app, credential, 'GET', '/sessions')).json<{ sessions: Shown[] }>().sessions[0]
  const fields = async () => (await redis.hkeys(createKeys(config.KEY_PREFIX).session(credential.slice(0, 36)))).filter(name => /^[jv]/.test(name)).sort()
  for (const [place, kept] of [[home, []], [train, ['j']], [thief, ['j', 'v']], [{ ...home, userAgent: chrome(121) }, ['v']], [home, []]] as const) {
    const first = { ipAddress: home.address, userAgent: home.userAgent }
    t.match(await look(place), { ...first, lastIpAddress: place.address, lastUserAgent: place.userAgent }, 'the request that looks is the last one')
    t.match((await from(place, app, credential, 'GET', '/session')).json(), { ...first, lastIpAddress: place.address, lastUserAgent: place.userAgent })
    t.strictSame(await fields(), kept)
  }
})

t.test('within a touch interval nothing is noted; with the next use that is written down it is', async t => {
  // Ends at its absolute deadline, which a use does not move.
  const { app, config, credential } = await opened(t, { TOUCH_INTERVAL_MS: '60000', SESSION_ABSOLUTE_SECONDS: '3600' })
  const key = createKeys(config.KEY_PREFIX).session(credential.slice(0, 36))
  const look = async () => (await from(train, app, credential, 'GET', '/session')).json<Shown>()
  const before = await look()
  t.match(before, { lastIpAddress: home.address })
  await app.redis.hset(key, 'a', -60_000)
  const after = await look()
  t.match(after, { lastIpAddress: train.address })
  t.ok(Number(after.lastAccessedAt) >= Number(before.lastAccessedAt), 'as of that use')
})

t.test('what is captured of an address and a user agent is captured of the last ones too, to the byte', async t => {
  for (const [mode, address, client] of [['masked', '192.0.2.0/24', 'Firefox'], ['off', '', '']] as const) {
    const { app, config, credential } = await opened(t, { CAPTURE_ADDRESS: mode, CAPTURE_USER_AGENT: mode, TOUCH_INTERVAL_MS: '0' })
    const { sessions: [session] } = (await from(thief, app, credential, 'GET', '/sessions')).json<{ sessions: Shown[] }>()
    t.match(session, { lastIpAddress: address, lastUserAgent: client })
    const redis = await inspector(t)
    const { j, v } = await redis.hgetall(createKeys(config.KEY_PREFIX).session(credential.slice(0, 36)))
    t.strictSame([unpackAddress(j ?? ''), unpackUserAgent(v ?? '')], [address, client])
    const stored = JSON.stringify(await snapshots(redis, config.KEY_PREFIX))
    for (const secret of [...[home, thief].flatMap(({ address }) => [address, packAddress(address)]), 'Mozilla', packUserAgent(firefox), packUserAgent(home.userAgent)]) t.notOk(stored.includes(secret), `${mode}: ${secret}`)
  }
})

const device = (deviceId: string | undefined) => deviceId === undefined ? {} : { 'x-device-id': deviceId }

/** Somebody at home whose session was opened with that device id, if any. */
async function onDevice (t: Test, env: Record<string, string> = {}, deviceId: string | null = 'tv') {
  const { app, config } = await build(t, env)
  const payload = { ...demo.alice, ...(deviceId !== null && { deviceId }) }
  const response = await app.inject({ method: 'POST', url: '/login', payload, remoteAddress: home.address, headers: { 'user-agent': home.userAgent, ...device('not looked at') } })
  const { sessionId } = response.json<{ sessionId: string }>()
  noteCredential(app, sessionId)
  const call = (sent: string | undefined, place = home, { method = 'GET', url = '/me', payload, credential = sessionId }: { method?: 'GET' | 'POST', url?: string, payload?: object, credential?: string } = {}) =>
    app.inject({ method, url, remoteAddress: place.address, headers: { 'user-agent': place.userAgent, 'x-session-id': credential, ...device(sent) }, ...(payload && { payload }) })
  return { app, config, call, credential: sessionId }
}

t.test('another device id is one event a change; none, an empty one and the same one are no change', async t => {
  const { app, call } = await onDevice(t)
  for (const sent of [undefined, 'tv', '', 'phone', 'phone', undefined, 'phone', 'tv']) t.equal((await call(sent)).statusCode, 200)
  t.equal((await call('phone', train)).statusCode, 200)
  t.match(await events(app, 'flagged'), [{ signals: ['device'] }, { signals: ['network', 'device'], ipAddress: train.address }])
})

t.test('a change of the network alone leaves the device as it was bound', async t => {
  const { app, call } = await onDevice(t)
  for (const [sent, place] of [[undefined, train], ['tv', train], ['phone', train]] as const) t.equal((await call(sent, place)).statusCode, 200)
  t.match(await events(app, 'flagged'), [{ signals: ['network'] }, { signals: ['device'] }])
})

t.test('a session that was opened without a device id is not compared, nor anything with the mode off', async t => {
  const without = await onDevice(t, { BINDING_DEVICE: 'enforce' }, null)
  const off = await onDevice(t, { BINDING_DEVICE: 'off' })
  for (const { app, call } of [without, off]) {
    for (const sent of ['phone', 'tv', 'x'.repeat(2000), 'caf\u00e9']) t.equal((await call(sent)).statusCode, 200)
    t.strictSame(await events(app, 'flagged'), [])
  }
})

t.test('step-up asks for the password on another device, and binds the session to it then', async t => {
  const { app, call } = await onDevice(t, { BINDING_DEVICE: 'step-up' })
  isProblem(t, await call('phone'), 403, 'reauthentication_required')
  t.equal((await call(undefined)).statusCode, 200)
  const proven = await call('phone', home, { method: 'POST', url: '/session/reauthenticate', payload: { password: demo.alice.password } })
  const credential = proven.json<{ sessionId: string }>().sessionId
  noteCredential(app, credential)
  t.equal((await call('phone', home, { credential })).statusCode, 200)
  isProblem(t, await call('tv', home, { credential }), 403, 'reauthentication_required')
  const again = await call(undefined, home, { credential, method: 'POST', url: '/session/reauthenticate', payload: { password: demo.alice.password } })
  const last = again.json<{ sessionId: string }>().sessionId
  noteCredential(app, last)
  isProblem(t, await call('tv', home, { credential: last }), 403, 'reauthentication_required', 'who does not tell proves nothing of another device')
  t.equal((await call('phone', home, { credential: last })).statusCode, 200)
})

t.test('enforce ends the session on another device', async t => {
  const { app, call } = await onDevice(t, { BINDING_DEVICE: 'enforce' })
  for (const place of [home, train]) t.equal((await call('tv', place)).statusCode, 200)
  isProblem(t, await call('phone'), 401, 'invalid_session')
  isProblem(t, await call('tv'), 401, 'invalid_session')
  t.match(await events(app, 'ended'), [{ reason: 'binding_violated' }])
})

t.test('a device id that is sent is neither stored nor logged', async t => {
  const { app, config, logs } = await build(t)
  const { sessionId } = (await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, deviceId: 'serial-4711-a' } })).json<{ sessionId: string }>()
  noteCredential(app, sessionId)
  for (const sent of ['serial-4711-a', 'serial-4711-b']) t.equal((await app.inject({ url: '/me', headers: { 'x-session-id': sessionId, ...device(sent) } })).statusCode, 200)
  t.notMatch(JSON.stringify(await snapshots(await inspector(t), config.KEY_PREFIX)) + logs.join(''), /serial-4711/)
})

t.test('the header is documented on every route with a session, and only there', async t => {
  const { app } = await build(t)
  for (const { path, operation: { operationId, parameters = [], security } } of placesOf((await app.inject('/openapi.json')).json<Document>())) {
    const header = parameters.find(({ name }) => name === 'x-device-id')
    t.equal(header !== undefined, security.some(scheme => 'sessionId' in scheme), path)
    if (operationId === 'putSessionData') t.ok(parameters.some(({ name }) => name === 'if-match'), 'beside the headers of the route')
  }
})

t.test('a client that has gone before anything is known of where it is, is not where it was', async t => {
  const { app, credential } = await opened(t, { BINDING_NETWORK: 'enforce' })
  const session = await app.sessions.validate(credential)
  const request = { ip: undefined, socket: {}, headers: { 'user-agent': home.userAgent }, routeOptions: { config: {} } } as never
  await t.rejects(async () => app.assertBinding(request, session as never), { code: 'invalid_session' })
})
