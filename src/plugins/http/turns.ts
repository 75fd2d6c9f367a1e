import type { Socket } from 'node:net'
import fp from 'fastify-plugin'
import { createTurn } from './turn.ts'

/**
 * All requests of one turn of the event loop go through the service in step (turn.ts): they wait for each other when they have come, where `onRequest` is registered, and when their answers
 * are ready, where `onSend` is. Whatever is to be true when an answer leaves comes after that.
 */
export default fp<{ hook: 'onRequest' | 'onSend' }>(async (app, { hook }) => {
  const together = createTurn()
  if (hook === 'onRequest') {
    // Asked for once it is known of a client that has gone meanwhile, too.
    app.server.on('connection', (socket: Socket) => socket.remoteAddress)
    app.addHook('onRequest', (_request, _reply, done) => together(done))
    return
  }
  app.addHook('onSend', (_request, _reply, _payload, done) => together(() => {
    try {
      done()
    } catch (error) {
      // Of an answer that cannot be sent nobody else would tell: its handler is through.
      done(error as Error)
    }
  }))
}, { name: 'turns' })
