import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { webSocketUpgrades } from '../../../src/plugins/http/upgrades.ts'

async function served (t: Test) {
  const server = createServer((request, response) => response.end(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`))
  const upgrades = webSocketUpgrades(server, '/live')
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const ask = async (...lines: string[]): Promise<string> => {
    const socket = connect(port, '127.0.0.1')
    socket.end(`${lines.join('\r\n')}\r\nHost: x\r\n\r\n`)
    let text = ''
    for await (const data of socket) text += String(data)
    return text
  }
  return { upgrades, ask }
}

t.test('what is not meant is answered as if it had not asked, with all of its other headers', async t => {
  const { upgrades, ask } = await served(t)
  upgrades.on('upgrade', () => t.fail('not meant'))
  const text = await ask('GET /other HTTP/1.1', 'Connection: Upgrade, close', 'Upgrade: websocket', 'X-Own: 1')
  t.match(text, /GET \/other \{"connection":" close","x-own":"1","host":"x"\}|GET \/other \{"connection":"close","x-own":"1","host":"x"\}/)
  t.match(await ask('DELETE /live HTTP/1.1', 'Connection: Upgrade, close', 'Upgrade: websocket'), 'DELETE /live')
  t.match(await ask('GET /live HTTP/1.1', 'Connection: Upgrade, close', 'Upgrade: h2c'), 'GET /live')
})

t.test('what is meant is handed on; when nobody takes it any more, the connection ends', async t => {
  const { upgrades, ask } = await served(t)
  const lines = ['GET /live?after=1 HTTP/1.1', 'Connection: Upgrade', 'Upgrade: WebSocket']
  t.equal(await ask(...lines), '')
  upgrades.on('upgrade', (_request, socket) => socket.end('taken'))
  t.equal(await ask(...lines), 'taken')
})
