import t, { type Test } from 'tap'
import type { FastifyInstance } from 'fastify'
import { build, demo, inspector } from '../harness.ts'
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
  t.match(await events(app, 'reauthenticated'), [{ formerSessionId: credential.slice(0, 36) }])
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

t.test('switched off, nothing is looked at', async t => {
  const { app, credential } = await opened(t, { BINDING_NETWORK: 'off', BINDING_CLIENT: 'off' })
  t.equal((await from(thief, app, credential)).statusCode, 200)
  t.strictSame(await events(app, 'flagged'), [])
})

t.test('what is not to be captured is in no byte of the store or of the log, and is not compared', async t => {
  for (const [mode, address, client] of [['masked', '203.0.113.0/24', 'Chrome on Windows (desktop)'], ['off', '', '']] as const) {
    const { app, config, credential, logs } = await opened(t, { CAPTURE_ADDRESS: mode, CAPTURE_USER_AGENT: mode })
    const { sessions: [session] } = (await from(home, app, credential, 'GET', '/sessions')).json<{ sessions: Array<{ ipAddress: string, userAgent: string }> }>()
    t.match(session, { ipAddress: address, userAgent: client })
    t.equal((await from(thief, app, credential)).statusCode, 200)
    t.equal((await events(app, 'flagged')).length, mode === 'off' ? 0 : 1)
    await from(home, app, credential, 'GET', '/session/data/%ff')
    const logged = logs.map(line => JSON.parse(line)).filter(({ msg }) => msg === 'request').map(({ ip }) => ip)
    t.strictSame([...new Set(logged)], mode === 'off' ? [undefined] : [address, '192.0.2.0/24'], `${mode}: what the log has of addresses`)
    const kept = logs.join('') + JSON.stringify(await snapshots(await inspector(t), config.KEY_PREFIX))
    for (const secret of [home.address, thief.address, 'Mozilla']) t.notMatch(kept, secret, `${mode}: ${secret}`)
  }
})
