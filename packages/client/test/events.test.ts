/** Live events, heard from a service that says what a test has it say, and from the real one. */
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { WebSocket, WebSocketServer } from 'ws'
import { createLiveEvents, type LiveEvent, type LiveEventsOptions } from '../src/index.ts'
import { startService } from './service.ts'

const until = async (holds: () => boolean): Promise<void> => { while (!holds()) await new Promise(resolve => { setTimeout(resolve, 2) }) }
const event = (id: string, more: object = { type: 'ready' }) => JSON.stringify({ id, sessionId: '3f2a8c1e-5b7d-4e9f-8a6b-1c2d3e4f5a6b', ...more })

/** A service that gives tickets, or refuses them, and sockets for them. */
async function serve (t: Test) {
  const asked: IncomingMessage[] = []
  const opened: Array<{ socket: WebSocket, request: IncomingMessage, atMs: number }> = []
  const state = { refusal: null as null | { status: number, code: string, headers?: Record<string, string> } }
  const server = createServer((request, response) => {
    asked.push(request)
    const { refusal } = state
    if (refusal === null) return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ticket: `t${asked.length}`, expiresAt: '1' }))
    response.writeHead(refusal.status, { 'content-type': 'application/problem+json', ...refusal.headers }).end(JSON.stringify({ code: refusal.code, status: refusal.status, detail: 'refused' }))
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'session-events.v1' })
  sockets.on('connection', (socket, request) => opened.push({ socket, request, atMs: performance.now() }))
  t.teardown(() => {
    for (const socket of sockets.clients) socket.terminate()
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, asked, opened, state }
}

async function listen (t: Test, options: Partial<LiveEventsOptions> = {}) {
  const service = await serve(t)
  const told = { events: [] as LiveEvent[], connected: [] as boolean[], ends: [] as string[], errors: [] as unknown[] }
  const live = createLiveEvents({
    url: service.url,
    session: () => `credential-${service.asked.length}`,
    WebSocket,
    onEvent: heard => told.events.push(heard),
    onConnected: isConnected => told.connected.push(isConnected),
    onEnd: reason => told.ends.push(reason),
    onError: error => told.errors.push(error),
    ...options
  })
  t.teardown(live.close)
  const say = (frame: string) => service.opened.at(-1)?.socket.send(frame)
  const nth = async (count: number) => { await until(() => service.opened.length === count) }
  return { ...service, ...told, live, say, nth }
}

t.test('it opens a socket with a ticket, and tells each event once it is connected, but no heartbeat', async t => {
  const { asked, opened, events, connected, say, nth } = await listen(t, { after: '41' })
  await nth(1)
  t.match(asked[0], { method: 'POST', url: '/session/events/ticket', headers: { 'x-session-id': 'credential-0' } })
  t.match(opened[0]?.request, { url: '/session/events?after=41', headers: { 'sec-websocket-protocol': 'session-events.v1,ticket.t1' } })
  t.strictSame(connected, [])
  say(event('42'))
  say('{"type":"heartbeat"}')
  say(event('43', { type: 'device.renamed', deviceName: 'TV' }))
  await until(() => events.length === 2)
  t.match(events, [{ id: '42', type: 'ready' }, { id: '43', deviceName: 'TV' }])
  t.strictSame(connected, [true])
})

t.test('a connection that breaks is made anew, with the credential of then, and goes on behind the last event', async t => {
  const { asked, opened, connected, errors, say, nth } = await listen(t)
  await nth(1)
  t.equal(opened[0]?.request.url, '/session/events')
  say(event('42'))
  await until(() => connected.length === 1)
  opened[0]?.socket.terminate()
  await nth(2)
  t.equal(asked[1]?.headers['x-session-id'], 'credential-1')
  t.equal(opened[1]?.request.url, '/session/events?after=42')
  say(event('42.1'))
  await until(() => connected.length === 3)
  t.strictSame(connected, [true, false, true])
  t.match(errors, [{ code: 'unreachable', cause: { code: 1006 } }])
})

t.test('an instance that stops says when to come back', async t => {
  const { opened, nth } = await listen(t)
  await nth(1)
  const from = performance.now()
  opened[0]?.socket.close(1012, 'retry=700')
  await nth(2)
  t.ok(Number(opened[1]?.atMs) - from >= 699)
})

t.test('a session that has ended is told with its reason, and not asked for again', async t => {
  const { asked, opened, ends, errors, connected, say, nth } = await listen(t)
  await nth(1)
  say(event('42', { type: 'session.revoked', reason: 'ended_by_user' }))
  opened[0]?.socket.close(4401, 'ended_by_user')
  await until(() => ends.length > 0)
  await new Promise(resolve => { setTimeout(resolve, 600) })
  t.strictSame({ ends, connected, errors, asked: asked.length }, { ends: ['ended_by_user'], connected: [true, false], errors: [], asked: 1 })
})

t.test('one that ended while nobody was connected is told by the refused ticket', async t => {
  const { opened, state, ends, nth } = await listen(t)
  await nth(1)
  state.refusal = { status: 401, code: 'invalid_session' }
  opened[0]?.socket.terminate()
  await until(() => ends.length > 0)
  t.strictSame(ends, ['ended'])
  t.equal(opened.length, 1)
})

t.test('a ticket that is refused for now is asked for again when the service says', async t => {
  const { asked, opened, state, errors, nth } = await listen(t)
  await nth(1)
  state.refusal = { status: 429, code: 'too_many_attempts', headers: { 'retry-after': '1' } }
  opened[0]?.socket.terminate()
  await until(() => errors.length === 2)
  t.match(errors[1], { code: 'too_many_attempts' })
  const from = performance.now()
  state.refusal = null
  await nth(2)
  t.ok(performance.now() - from >= 900)
  t.equal(asked.length, 3)
})

t.test('a connection that falls silent is given up, and what it would still say is not heard', async t => {
  const { opened, events, say, nth } = await listen(t, { silenceMs: 100 })
  await nth(1)
  say(event('42'))
  await nth(2)
  opened[0]?.socket.send(event('43'))
  await until(() => opened[0]?.socket.readyState !== WebSocket.OPEN)
  t.match(events.map(({ id }) => id), ['42'])
})

t.test('it can be closed, which is no error', async t => {
  const { asked, opened, live, connected, errors, say, nth } = await listen(t)
  await nth(1)
  say(event('42'))
  await until(() => connected.length === 1)
  live.close()
  await until(() => opened[0]?.socket.readyState === WebSocket.CLOSED)
  await new Promise(resolve => { setTimeout(resolve, 600) })
  t.strictSame({ connected, errors, asked: asked.length }, { connected: [true, false], errors: [], asked: 1 })
})

t.test('where there is no WebSocket it says so at once', async t => {
  const own = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket')
  Reflect.deleteProperty(globalThis, 'WebSocket')
  t.teardown(() => { if (own !== undefined) Object.defineProperty(globalThis, 'WebSocket', own) })
  t.throws(() => createLiveEvents({ url: 'http://127.0.0.1', onEvent () {} }), { name: 'TypeError', message: /give one/ })
})

t.test('the service tells of another device, and of the end', { timeout: 60_000 }, async t => {
  const { url, client, logIn } = await startService(t)
  const [session, other] = [await logIn(), await logIn()]
  const events: LiveEvent[] = []
  const ends: string[] = []
  const live = createLiveEvents({ url, session: () => session, WebSocket, onEvent: heard => events.push(heard), onEnd: reason => ends.push(reason) })
  t.teardown(live.close)
  await until(() => events.some(({ type }) => type === 'ready'))
  await client.renameSession({ session: other, params: { sessionId: other.slice(0, 36) }, body: { deviceName: 'TV' } })
  await until(() => events.some(heard => heard.type === 'device.renamed' && heard.deviceName === 'TV'))
  await client.endSession({ session: other, params: { sessionId: session.slice(0, 36) } })
  await until(() => ends.length > 0)
  t.strictSame(ends, ['ended_by_user'])
  t.match(events.at(-1), { type: 'session.revoked', reason: 'ended_by_user' })
})
