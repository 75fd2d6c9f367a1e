import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import t from 'tap'
import { build, login } from '../harness.ts'

/** What would begin a line of its own, colour a terminal, or end a JSON text. */
const hostile = ['\r\n{"level":60,"msg":"forged"}', '\u001b[2J\u001b[31mred', '","level":60,"x":"', '\u0000', '\u2028{"msg":"forged"}', '\\n', '\ud800']

t.test('whatever a request carries, it is one line of JSON in the log', async t => {
  const { app, logs } = await build(t, { LOG_LEVEL: 'trace' })
  const alice = await login(app)
  for (const text of hostile) {
    logs.length = 0
    const headers = { 'user-agent': text, 'x-request-id': text, 'x-forwarded-for': text }
    await app.inject({ url: `/session/data/${encodeURIComponent(text.toWellFormed())}`, headers })
    await app.inject({ url: `/nowhere/${encodeURIComponent(text.toWellFormed())}?${encodeURIComponent(text.toWellFormed())}`, headers })
    await app.inject({ method: 'POST', url: '/login', payload: { email: `${text}@example.com`, password: text }, headers })
    await alice.call('PUT', '/session/data', { key: 'note', value: text }, headers)
    const lines = logs.map(line => ({ line, entry: JSON.parse(line) })).filter(({ entry }) => entry.msg === 'request')
    t.equal(lines.length, 4, 'one line a request')
    for (const { line, entry } of lines) {
      t.equal(line.indexOf('\n'), line.length - 1)
      t.notMatch(line.slice(0, -1), /[\p{Cc}\p{Zl}]/u, 'with no control character in it')
      t.equal(entry.level, 30)
      t.equal(entry.ip, '127.0.0.1')
    }
  }
})

t.test('so it is for bytes that no well-behaved client sends', async t => {
  const { app, logs } = await build(t)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  logs.length = 0
  for (const path of ['/\u001b[31m', '/\u0080\u009b31m', '/a\tb', '/"}{"', '/\\r\\n']) {
    const socket = connect(port, '127.0.0.1').resume()
    socket.end(Buffer.from(`GET ${path} HTTP/1.1\r\nhost: a\r\nuser-agent: \u009b31m\r\nconnection: close\r\n\r\n`, 'latin1'))
    await once(socket, 'close')
  }
  t.ok(logs.length > 0)
  for (const line of logs) {
    t.ok(JSON.parse(line))
    t.notMatch(line.slice(0, -1), /\p{Cc}/u, 'with no control character in it')
  }
})
