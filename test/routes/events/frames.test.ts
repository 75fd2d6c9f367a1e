import { setTimeout as sleep } from 'node:timers/promises'
import { Ajv } from 'ajv'
import t from 'tap'
import { turnAway } from '../../../src/routes/events/web-socket.ts'
import { PingSchema } from '../../../src/routes/events/vocabulary.ts'
import { build, login } from '../../harness.ts'
import { socketOf, streamOf } from './clients.ts'
import type { WebSocket } from 'ws'

for (const [name, frame, code] of [
  ['no JSON', 'hello', 1007],
  ['JSON that is no frame', '{"type":"subscribe"}', 1007],
  ['JSON that is no object', 'null', 1007],
  ['binary', Buffer.from([1, 2, 3]), 1003],
  ['more than 64 KiB', `{"type":"ping","x":"${'x'.repeat(64 * 1024)}"}`, 1009]
] as const) {
  t.test(`a frame with ${name} closes the socket with ${code}`, async t => {
    const { app } = await build(t)
    const alice = await login(app)
    const { socket, next, closed } = await socketOf(t, app, alice.credential)
    await next('ready')
    socket.send(frame)
    t.equal((await closed).code, code)
    t.equal(app.events.hub.size(), 0)
  })
}

t.test('what a client may send is what the document says', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const fits = new Ajv({ strict: false }).compile(PingSchema)
  for (const frame of [{ type: 'ping' }, { type: 'ping', more: 1 }, { type: 'pong' }, { type: 1 }, {}, [], ['ping'], 'ping', 7, null]) {
    const { socket, next, closed } = await socketOf(t, app, alice.credential)
    await next('ready')
    socket.send(JSON.stringify(frame))
    const answer = await Promise.race([next('pong').then(({ type }) => type), closed.then(({ code }) => code)])
    t.equal(answer, fits(frame) ? 'pong' : 1007, JSON.stringify(frame))
    socket.close()
    await closed
  }
})

t.test('a flood of frames, or of pings of the protocol, closes the socket', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  for (const flood of ['frames', 'pings']) {
    const { socket, next, closed } = await socketOf(t, app, alice.credential)
    await next('ready')
    for (let i = 0; i < 50; i++) flood === 'frames' ? socket.send('{"type":"ping"}') : socket.ping()
    t.equal((await closed).code, 4429, flood)
  }
})

for (const [name, code, breakIt] of [
  ['sends a frame without a mask, as no client may', 1002, socket => Object(socket)._socket.write(Buffer.from([0x81, 0x02, 0x68, 0x69]))],
  ['sends a message in a flood of pieces', 1008, socket => { for (let i = 0; i <= 16 * 1024; i++) socket.send('', { fin: false }) }]
] as Array<[string, number, (socket: WebSocket) => void]>) {
  t.test(`one that ${name} is closed with ${code}, and harms nobody`, async t => {
    const { app } = await build(t)
    const alice = await login(app)
    const { socket, next, closed } = await socketOf(t, app, alice.credential)
    await next('ready')
    breakIt(socket)
    t.equal((await closed).code, code)
    t.equal(app.events.hub.size(), 0)
    t.equal((await alice.call('GET', '/me')).statusCode, 200)
  })
}

t.test('a client that does not answer is given up, one that does stays', async t => {
  const { app } = await build(t, { EVENTS_HEARTBEAT_SECONDS: '1' })
  const alice = await login(app)
  const silent = await socketOf(t, app, alice.credential, { autoPong: false })
  const lively = await socketOf(t, app, alice.credential)
  const stream = await streamOf(t, app, { 'x-session-id': alice.credential })
  t.equal((await silent.closed).code, 4408)
  await lively.next('heartbeat')
  await stream.next('heartbeat')
  await lively.next('heartbeat')
  await stream.next('heartbeat')
  t.equal(lively.socket.readyState, lively.socket.OPEN)
  stream.leave()
  lively.socket.close()
  await lively.closed
  while (app.events.hub.size() > 0) await sleep(5)
})

t.test('an instance that stops says so, and when to come again', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const sockets = await Promise.all([socketOf(t, app, alice.credential), socketOf(t, app, alice.credential)])
  const stream = await streamOf(t, app, { 'x-session-id': alice.credential })
  await Promise.all([...sockets, stream].map(({ next }) => next('ready')))
  const startedAtMs = performance.now()
  await app.close()
  t.ok(performance.now() - startedAtMs < 2500, 'and nobody holds it up')
  const ends = await Promise.all(sockets.map(({ closed }) => closed))
  for (const { code, reason } of ends) {
    t.equal(code, 1012)
    const [, retry] = /^retry=(\d+)$/.exec(reason) ?? []
    t.ok(Number(retry) >= 500 && Number(retry) <= 5000)
  }
  await stream.ended
  t.match(stream.texts.at(-1), /^retry: \d+$/)
})

t.test('who got in too late is told why, and not waited for', async t => {
  // What cuts it keeps no process alive.
  const awake = setInterval(() => {}, 1000)
  t.teardown(() => clearInterval(awake))
  for (const [thrown, code, reason] of [['too_many_streams', 4429, /^too many connections$/], ['shutting_down', 1012, /^retry=\d+$/]] as const) {
    const farewells = await Promise.all(Array.from({ length: 20 }, () => new Promise<[number, string]>(resolve => {
      let said: [number, string]
      const close = (...words: [number, string]) => { said = words }
      turnAway({ close, terminate: () => resolve(said) } as unknown as WebSocket, { code: thrown })
    })))
    for (const said of farewells) t.match(said, [code, reason])
    if (thrown !== 'shutting_down') continue
    const retries = farewells.map(([, reason]) => Number(reason.split('=')[1]))
    t.ok(retries.every(ms => ms >= 500 && ms <= 5000))
    t.ok(new Set(retries).size > 10, `not all at one moment: ${retries}`)
  }
})
