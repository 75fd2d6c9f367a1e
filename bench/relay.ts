import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type NetConnectOpts, type Socket } from 'node:net'

export type Relay = Awaited<ReturnType<typeof startRelay>>

/** Stands between a service and a server: can hold every reply back for so long, which shows how many are waited for, and keeps what was sent. */
export async function startRelay (target: NetConnectOpts) {
  const sockets = new Set<Socket>()
  let delayMs = 0
  let sent: Buffer[] = []

  const server = createServer(client => {
    const upstream = connect(target)
    client.setNoDelay(true)
    client.on('data', (bytes: Buffer) => {
      sent.push(bytes)
      upstream.write(bytes)
    })
    upstream.on('data', (bytes: Buffer) => { setTimeout(() => client.write(bytes), delayMs) })
    for (const [socket, other] of [[client, upstream], [upstream, client]] as const) {
      sockets.add(socket)
      socket.on('error', () => { /* closed below */ })
      socket.on('close', () => {
        sockets.delete(socket)
        other.destroy()
      })
    }
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')

  return {
    port: (server.address() as AddressInfo).port,
    /** From now on. */
    hold (ms: number): void { delayMs = ms },
    /** What the service has sent since this was asked last. */
    takeSent (): Buffer {
      const bytes = Buffer.concat(sent)
      sent = []
      return bytes
    },
    stop (): void {
      server.close()
      for (const socket of sockets) socket.destroy()
    }
  }
}
