import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import type { Test } from 'tap'
import { lastingFolder } from '../embedded/fixture.ts'

/** A certificate and its private key, as PEM texts. */
interface Identity { cert: Buffer, key: Buffer }

/** A certificate authority that no trust store has; `file` is what NODE_EXTRA_CA_CERTS takes. */
export function privateAuthority (t: Test): { file: string, issue: (host: string) => Identity } {
  const folder = lastingFolder(t)
  const make = (name: string, subject: string, ...more: string[]) => openssl(
    'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2', '-subj', `/CN=${subject}`,
    '-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.crt`), ...more)
  make('ca', 'An authority of our own')
  return {
    file: join(folder, 'ca.crt'),
    issue (host) {
      make(host, host, '-addext', `subjectAltName=DNS:${host}`, '-CA', join(folder, 'ca.crt'), '-CAkey', join(folder, 'ca.key'))
      return { cert: readFileSync(join(folder, `${host}.crt`)), key: readFileSync(join(folder, `${host}.key`)) }
    }
  }
}

const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] })

/** Whoever speaks PostgreSQL asks for TLS first, in these eight bytes, and is answered with one (PostgreSQL documentation, 55.2.10). */
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

export interface TlsServer {
  port: number
  /** How many bytes of what clients said inside of TLS came out. */
  bytes: () => number
}

/** A port of 127.0.0.1 that ends TLS in front of a server's Unix socket. */
export async function tlsInFrontOf (t: Test, socketPath: string, identity: Identity, { asked = false } = {}): Promise<TlsServer> {
  const open = new Set<Socket>()
  let bytes = 0

  function keep (socket: Socket): void {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
    // A client that does not trust us hangs up: that is what the tests are about.
    socket.on('error', () => socket.destroy())
  }

  function unwrap (plain: Socket): void {
    const inside = new TLSSocket(plain, { isServer: true, ...identity })
    inside.on('error', () => plain.destroy())
    inside.once('secure', () => {
      const server = connect(socketPath)
      keep(server)
      inside.on('data', (chunk: Buffer) => { bytes += chunk.length })
      inside.pipe(server).pipe(inside)
      inside.once('close', () => server.destroy())
    })
  }

  const listener = createServer((socket) => {
    keep(socket)
    if (!asked) return unwrap(socket)
    socket.once('data', (request: Buffer) => {
      if (!request.equals(SSL_REQUEST)) return socket.destroy()
      socket.write('S')
      unwrap(socket)
    })
  }).listen(0, '127.0.0.1')
  await once(listener, 'listening')
  t.teardown(() => {
    listener.close()
    for (const socket of open) socket.destroy()
  })
  return { port: (listener.address() as AddressInfo).port, bytes: () => bytes }
}
