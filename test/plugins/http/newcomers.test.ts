import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import newcomers from '../../../src/plugins/http/newcomers.ts'
import { webSocketUpgrades } from '../../../src/plugins/http/upgrades.ts'

const REQUEST = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'

/** A server that counts what it has answered, and connections to it. */
async function served (t: Test, silentMs = 10_000) {
  const app = Fastify()
  await app.register(newcomers, { silentMs })
  const seen = { answered: 0 }
  app.get('/', async () => ({ answered: ++seen.answered }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const sockets: Socket[] = []
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    return app.close()
  })
  return {
    app,
    seen,
    async accepted (count: number): Promise<void> {
      while (await new Promise(resolve => { app.server.getConnections((_error, open) => resolve(open)) }) !== count) await sleep(2)
    },
    async join (): Promise<Socket> {
      const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
      sockets.push(socket)
      await once(socket, 'connect')
      return socket
    }
  }
}

async function answered (socket: Socket): Promise<string> {
  const [data] = await once(socket, 'data')
  return String(data)
}

t.test('of many who send at once a few are read in a turn, and all are answered', async t => {
  const { seen, accepted, join } = await served(t)
  const sockets = await Promise.all(Array.from({ length: 100 }, join))
  await accepted(100)
  for (const socket of sockets) socket.write(REQUEST)
  let most = 0
  for (let turns = 0; seen.answered < 100 && turns < 10_000; turns++) {
    const before = seen.answered
    await turn()
    most = Math.max(most, seen.answered - before)
  }
  t.match({ ...seen, most }, { answered: 100, most: 4 })
})

t.test('who is known does not wait for them', async t => {
  const { accepted, join } = await served(t)
  const known = await join()
  known.write(REQUEST)
  await answered(known)
  const sockets = await Promise.all(Array.from({ length: 200 }, join))
  await accepted(201)
  for (const socket of sockets) socket.write(REQUEST)
  known.write(REQUEST)
  const place = Number(/"answered":(\d+)/.exec(await answered(known))?.[1])
  t.ok(place < 100, `was answered as number ${place} of 202`)
})

t.test('a connection goes on after its first request, also in one packet, and may be closed by its client with it', async t => {
  const { join } = await served(t)
  const socket = await join()
  socket.write(REQUEST + REQUEST)
  let text = ''
  socket.on('data', data => { text += String(data) })
  while (!text.includes('"answered":2')) await sleep(2)
  socket.write(REQUEST)
  while (!text.includes('"answered":3')) await sleep(2)
  const last = await join()
  last.end(REQUEST)
  t.match(await answered(last), '"answered":4')
})

t.test('who says nothing for long is given to Node, and answered whenever it does', async t => {
  const { join } = await served(t, 30)
  const socket = await join()
  await sleep(100)
  socket.write(REQUEST)
  t.match(await answered(socket), '"answered":1')
})

t.test('who goes before it is read leaves nothing behind', async t => {
  const { seen, join } = await served(t)
  const [silent, waiting, empty] = [await join(), await join(), await join()]
  silent.resetAndDestroy()
  waiting.write(REQUEST)
  waiting.resetAndDestroy()
  empty.end()
  await once(empty.resume(), 'close')
  const other = await join()
  other.write(REQUEST)
  await answered(other)
  t.ok(seen.answered <= 2)
})

t.test('who is gone when its turn comes is left out', async t => {
  const { app, seen, join } = await served(t)
  app.server.once('connection', (socket: Socket) => socket.once('readable', () => socket.destroy()))
  const gone = await join()
  gone.write(REQUEST)
  await once(gone.resume(), 'close')
  const other = await join()
  other.write(REQUEST)
  t.match(await answered(other), '"answered":1')
  t.equal(seen.answered, 1)
})

t.test('a connection that asked for an upgrade and goes on as HTTP is not kept waiting again', async t => {
  const { app, join } = await served(t)
  webSocketUpgrades(app.server, '/live')
  const socket = await join()
  socket.end('GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n')
  t.match(await answered(socket), '"answered":1')
})
