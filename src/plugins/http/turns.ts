import type { Socket } from 'node:net'
import fp from 'fastify-plugin'
import { createTurn } from './turn.ts'

/**
 * All requests of one turn of the event loop go through the service in step (turn.ts): they wait for each other when they have come, where `onRequest` is registered, and when their answers
 * are ready, where `onSend` is. Other hooks come behind: in them Fastify makes of an answer that cannot be sent an error of its request alone.
 */
export default fp<{ hook: 'onRequest' | 'onSend' }>(async (app, { hook }) => {
  const together = createTurn()
  if (hook === 'onSend') {
    app.addHook('onSend', (_request, _reply, _payload, done) => together(done))
    return
  }
  // Asked for once it is known of a client that has gone meanwhile, too.
  app.server.on('connection', (socket: Socket) => socket.remoteAddress)
  app.addHook('onRequest', (_request, _reply, done) => together(done))
}, { name: 'turns' })
