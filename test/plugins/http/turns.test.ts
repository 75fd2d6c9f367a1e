import { once } from 'node:events'
import { connect, type AddressInfo, type Server } from 'node:net'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import turns from '../../../src/plugins/http/turns.ts'

/** A server that answers at once, and what happens there. */
async function watched (t: Test, seen: (event: string) => void) {
  const app = Fastify()
  t.teardown(() => app.close())
  app.addHook('onRequest', async () => { seen('come') })
  for (const hook of ['onRequest', 'onSend'] as const) await app.register(turns, { hook })
  app.addHook('onSend', (_request, _reply, _payload, done) => {
    seen('answered')
    done()
  })
  app.get('/', ({ ip }, reply) => {
    seen('handled')
    reply.send(ip)
  })
  app.get('/unsendable', async (_request, reply) => reply.header('x-text', '\n').send('x'))
  const together = (count: number, url = '/') => Promise.all(Array.from({ length: count }, () => app.inject(url)))
  return { app, together }
}

t.test('requests that come together go through the service in step', async t => {
  const events: string[] = []
  const { together } = await watched(t, event => events.push(event))
  await together(3)
  events.length = 0
  await together(3)
  t.strictSame(events, ['come', 'come', 'come', 'handled', 'handled', 'handled', 'answered', 'answered', 'answered'])
})

t.test('who has nobody else in its turn is answered in it', async t => {
  const events: string[] = []
  const { together } = await watched(t, event => {
    events.push(event)
    if (event === 'come') setImmediate(() => events.push('turn over'))
  })
  for (let i = 0; i < 3; i++) {
    await together(1)
    await new Promise(setImmediate)
    t.strictSame(events.splice(0), ['come', 'handled', 'answered', 'turn over'])
  }
})

t.test('an answer that cannot be sent is an error of its own, and of nobody else', async t => {
  const { together } = await watched(t, () => {})
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.all([together(2), together(2, '/unsendable'), together(2)])
    t.strictSame(answers.map(some => some.map(({ statusCode }) => statusCode)), [[200, 200], [500, 500], [200, 200]])
  }
})

const connectionsOf = (server: Server) => new Promise<number>(resolve => { server.getConnections((_error, open) => resolve(open)) })

t.test('where a request came from is known when its client has gone meanwhile', async t => {
  const addresses: string[] = []
  const { app } = await watched(t, () => {})
  app.get('/address', (request, reply) => {
    addresses.push(request.ip)
    reply.send('x')
  })
  await app.listen({ port: 0, host: '127.0.0.1' })
  for (let round = 0; round < 3; round++) {
    const sockets = await Promise.all(Array.from({ length: 4 }, async () => {
      const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
      await once(socket, 'connect')
      return socket
    }))
    while (await connectionsOf(app.server) < 4) await new Promise(setImmediate)
    for (const socket of sockets) socket.write('GET /address HTTP/1.1\r\nHost: x\r\n\r\n', () => socket.resetAndDestroy())
    while (addresses.length < 4 * (round + 1)) await new Promise(setImmediate)
  }
  t.ok(addresses.every(address => address === '127.0.0.1'), addresses.join())
})
