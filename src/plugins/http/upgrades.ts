import { Server, type IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/** So many are let in in one turn of the event loop: when all clients of another instance come at once, requests do not wait for all of them. */
const A_TURN = 4

interface Upgrade { request: IncomingMessage, socket: Duplex, head: Buffer }

/**
 * The requests of a server that ask for a WebSocket at that path, as `upgrade` events, a few at a time. Whoever asks for anything else instead of HTTP/1.1 is answered as if it had not (RFC 9110
 * section 7.8): Node takes every such request out of HTTP as soon as somebody wants one of them.
 */
export function webSocketUpgrades (server: Server, path: string): Server {
  // It listens nowhere.
  const upgrades = new Server()
  const waiting: Upgrade[] = []
  let turn: NodeJS.Immediate | undefined

  function letSomeIn (): void {
    for (const { request, socket, head } of waiting.splice(0, A_TURN)) {
      socket.off('error', destroy)
      // None is waited for when the service stops.
      if (!socket.destroyed && !upgrades.emit('upgrade', request, socket, head)) socket.destroy()
    }
    turn = waiting.length > 0 ? setImmediate(letSomeIn) : undefined
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isMeant(request, path)) return giveBack(server, request, socket, head)
    // Node listens no more, and a client may go while it waits.
    socket.on('error', destroy)
    waiting.push({ request, socket, head })
    turn ??= setImmediate(letSomeIn)
  })
  return upgrades
}

function destroy (this: Duplex): void {
  this.destroy()
}

function isMeant ({ method, url, headers: { upgrade } }: IncomingMessage, path: string): boolean {
  return method === 'GET' && url?.split('?')[0] === path && upgrade?.toLowerCase() === 'websocket'
}

/** The connection goes on with the same request, without what asked for the upgrade. */
function giveBack (server: Server, { method, url, httpVersion, rawHeaders }: IncomingMessage, socket: Duplex, head: Buffer): void {
  const lines = [`${method} ${url} HTTP/${httpVersion}`]
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const [name, value] = [String(rawHeaders[i]), String(rawHeaders[i + 1])]
    if (/^connection$/i.test(name)) lines.push(`${name}: ${value.split(',').filter(option => !/^\s*(upgrade|http2-settings)\s*$/i.test(option)).join()}`)
    else if (!/^(upgrade|http2-settings)$/i.test(name)) lines.push(`${name}: ${value}`)
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]))
  server.emit('connection', socket)
}
