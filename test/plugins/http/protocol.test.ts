import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { build } from '../../harness.ts'

t.test('a request without a Host header is a problem like any other, and one line in the log', async t => {
  const { app, logs } = await build(t)
  const { head, body } = await exchange(app, 'GET /livez HTTP/1.1\r\nx-request-id: mine\r\nconnection: close\r\n\r\n')
  t.match(head, /^HTTP\/1.1 400 Bad Request\r\n/)
  isComplete(t, head)
  t.match(JSON.parse(body), { status: 400, code: 'malformed_request', detail: /Host/ })
  t.match(logs.map(line => JSON.parse(line)).filter(({ msg }) => msg === 'request'), [{ reqId: 'mine', route: '/livez', status: 400, code: 'malformed_request' }])
})

t.test('HTTP/1.0 needs none, and an empty one is one', async t => {
  const { app } = await build(t)
  t.match((await exchange(app, 'GET /livez HTTP/1.0\r\n\r\n')).head, /^HTTP\/1.1 200 OK/)
  t.match((await exchange(app, 'GET /livez HTTP/1.1\r\nHost:\r\nconnection: close\r\n\r\n')).head, /^HTTP\/1.1 200 OK/)
})

t.test('an expectation that nobody can meet is a problem, and ends the connection', async t => {
  const { app, logs } = await build(t)
  for (const path of ['/login', '/nowhere']) {
    logs.length = 0
    const { head, body } = await exchange(app, `POST ${path} HTTP/1.1\r\nHost: x\r\nExpect: foo\r\nx-request-id: mine\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n`)
    t.match(head, /^HTTP\/1.1 417 Expectation Failed\r\n/, path)
    isComplete(t, head)
    t.match(JSON.parse(body), { status: 417, code: 'expectation_failed' })
    t.match(logs.map(line => JSON.parse(line)).filter(({ msg }) => msg === 'request'), [{ status: 417, code: 'expectation_failed' }])
  }
})

t.test('100-continue is met', async t => {
  const { app } = await build(t)
  const { head, body } = await exchange(app, 'POST /login HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nconnection: close\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}')
  t.match(head, /^HTTP\/1.1 100 Continue/)
  t.match(body, /^HTTP\/1.1 400 Bad Request/)
})

function isComplete (t: { match: (found: string, wanted: RegExp) => void }, head: string): void {
  t.match(head, /^content-type: application\/problem\+json; charset=utf-8$/im)
  t.match(head, /^x-request-id: mine$/im)
  t.match(head, /^cache-control: no-store$/im)
  t.match(head, /^x-content-type-options: nosniff$/im)
  t.match(head, /^connection: close$/im)
}

/** What the server says until it closes the connection. */
async function exchange (app: FastifyInstance, bytes: string): Promise<{ head: string, body: string }> {
  if (!app.server.listening) await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('data', chunk => { answer += chunk })
  socket.write(bytes)
  await once(socket, 'close')
  const end = answer.indexOf('\r\n\r\n')
  return { head: answer.slice(0, end), body: answer.slice(end + 4) }
}
