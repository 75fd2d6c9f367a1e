import type { Socket } from 'node:net'
import fp from 'fastify-plugin'

/** So many are read in one turn of the event loop. */
const A_TURN = 4

/** Who has said nothing for so long is given to Node, which ends those who go on like that. */
const SILENT_MS = 10_000

/**
 * When all clients of another instance come at once, Node would read what all of them have sent in one turn, half a second in which nobody else is answered. So whoever has just connected is served
 * by it when the first bytes are there, a few in a turn, and requests over connections that are known get their turns in between.
 */
export default fp<{ silentMs?: number }>(async ({ server }, { silentMs = SILENT_MS }) => {
  const serve = server.listeners('connection')
  const waiting = new Set<Socket>()
  let turn: NodeJS.Immediate | undefined

  function wait (this: Socket): void {
    waiting.add(this)
    turn ??= setImmediate(letSomeIn)
  }

  function letSomeIn (): void {
    for (const socket of [...waiting].slice(0, A_TURN)) {
      waiting.delete(socket)
      socket.off('readable', wait).off('timeout', wait).off('end', destroy).off('error', destroy).setTimeout(0)
      if (!socket.destroyed) for (const listener of serve) listener.call(server, socket)
    }
    turn = waiting.size > 0 ? setImmediate(letSomeIn) : undefined
  }

  server.removeAllListeners('connection').on('connection', (socket: Socket) => {
    // Node does not listen yet, and a client may go while it waits.
    socket.once('readable', wait).once('timeout', wait).on('end', destroy).on('error', destroy).setTimeout(silentMs)
  })
}, { name: 'newcomers' })

function destroy (this: Socket): void {
  this.destroy()
}
