import { once } from 'node:events'
import { connect } from 'node:net'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { build } from '../../harness.ts'
import { isProblem } from '../../routes/problem.ts'

const framing = 'The request cannot be read: its URL, headers or framing are broken.'

t.test('a target that is no URL is a problem like any other', async t => {
  const { app, logs } = await build(t)
  for (const url of ['/session/data/%ff', '/%', '/sessions/%zz?canary=1']) {
    const response = await app.inject({ url, headers: { 'x-request-id': 'mine-1' } })
    isProblem(t, response, 400, 'malformed_request')
    t.equal(response.json().detail, framing)
    t.equal(response.headers['x-request-id'], 'mine-1')
    t.equal(response.headers['cache-control'], 'no-store')
    t.equal(response.headers['x-content-type-options'], 'nosniff')
  }
  const lines = logs.filter(line => line.includes('mine-1')).map(line => JSON.parse(line))
  t.match(lines, [{ msg: 'request', reqId: 'mine-1', path: '/session/data/%ff', status: 400, code: 'malformed_request' }, {}, { path: '/sessions/%zz' }], 'one line each, without the query')
})

t.test('a key of any length reaches the cap that is meant for it', async t => {
  const { app } = await build(t)
  const login = await app.inject({ method: 'POST', url: '/login', payload: { email: 'alice@example.com', password: 'password123' } })
  const headers = { 'x-session-id': login.json().sessionId }
  isProblem(t, await app.inject({ url: `/session/data/${'k'.repeat(12_000)}`, headers }), 413, 'data_limit_exceeded')
})

t.test('bytes that are no request get a problem, and the connection ends', async t => {
  const { app, logs } = await build(t)
  const port = await listen(app)
  const cases: Array<[bytes: string, status: number, code: string]> = [
    ['hello\r\n\r\n', 400, 'malformed_request'],
    ['GET /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n', 400, 'malformed_request'],
    ['POST /login HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nabc', 400, 'malformed_request'],
    [`GET /livez HTTP/1.1\r\nHost: x\r\nx-long: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'headers_too_large']
  ]
  for (const [bytes, status, code] of cases) {
    const answer = await exchange(port, bytes)
    const [head = '', body = ''] = answer.split('\r\n\r\n')
    t.match(head, new RegExp(`^HTTP/1.1 ${status} `), bytes.slice(0, 40))
    t.match(head, /content-type: application\/problem\+json; charset=utf-8\r\n/)
    t.match(head, /cache-control: no-store\r\n/)
    t.match(JSON.parse(body), { status, code })
    const [, requestId = ''] = /^x-request-id: ([0-9a-f-]{36})\r$/m.exec(head) ?? []
    const lines = logs.map(line => JSON.parse(line)).filter(({ reqId }) => reqId === requestId)
    t.match(lines, [{ level: 30, msg: 'request', status, code, ip: '127.0.0.1' }], 'one line, under the same id')
    t.equal(lines.length, 1)
  }
})

t.test('of the address of such a connection the log has no more than is captured', async t => {
  for (const [mode, ip] of [['masked', '127.0.0.0/24'], ['off', undefined]] as const) {
    const { app, logs } = await build(t, { CAPTURE_ADDRESS: mode })
    const port = await listen(app)
    logs.length = 0
    for (const bytes of ['hello\r\n\r\n', 'GET /% HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n']) await exchange(port, bytes)
    const lines = logs.map(line => JSON.parse(line)).filter(({ msg }) => msg === 'request')
    t.strictSame(lines.map(line => [line.code, line.ip]), [['malformed_request', ip], ['malformed_request', ip]], mode)
    t.notMatch(logs.join(''), '127.0.0.1')
  }
})

t.test('a request that does not arrive in time is told so', async t => {
  const { app } = await build(t)
  const port = await listen(app)
  // Node looks for late requests only every 30 s: its event is sent by hand, on a connection that is really open.
  app.server.once('connection', socket => {
    app.server.emit('clientError', Object.assign(new Error('late'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' }), socket)
  })
  const answer = await exchange(port, 'POST /login HTTP/1.1\r\n')
  t.match(answer, /^HTTP\/1.1 408 Request Timeout\r\n/)
  t.match(answer, /"code":"request_timeout"/)
})

t.test('nobody is answered who is gone', async t => {
  const { app, logs } = await build(t)
  const port = await listen(app)
  logs.length = 0
  app.server.once('connection', socket => {
    app.server.emit('clientError', Object.assign(new Error('gone'), { code: 'ECONNRESET' }), socket)
  })
  t.equal(await exchange(port, ''), '')
  t.strictSame(logs, [], 'nor is there anything to tell')
})

async function listen (app: Awaited<ReturnType<typeof build>>['app']): Promise<number> {
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo
  return port
}

/** Everything that the server says before it closes the connection. */
async function exchange (port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.on('data', chunk => { answer += chunk })
  socket.on('error', () => {})
  socket.write(bytes)
  await once(socket, 'close')
  return answer
}
