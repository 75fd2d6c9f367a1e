import { once } from 'node:events'
import { connect } from 'node:net'
import { createInterface } from 'node:readline'

/**
 * Tells of every command that clients send to the Redis at that URL, and of none that a script calls. By a connection of its own: beside other traffic ioredis'
 * monitor() takes the first lines for replies and breaks off.
 */
export async function monitorCommands (url: string, onCommand: (words: string[]) => void): Promise<{ stop: () => void }> {
  const { hostname, port } = new URL(url)
  const socket = connect(Number(port), hostname)
  const lines = createInterface(socket)
  socket.write('MONITOR\r\n')
  await once(lines, 'line')
  lines.on('line', line => {
    if (/^\+\S+ \[\d+ lua\]/.test(line)) return
    onCommand([...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => word))
  })
  return { stop: () => socket.destroy() }
}
