import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import websocket from '@fastify/websocket'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Connection } from '../../events/hub.ts'
import type { Outlet } from '../../events/listener.ts'
import { webSocketUpgrades } from '../../plugins/http/upgrades.ts'
import { sessionOf } from '../../plugins/guard.ts'
import { SUBPROTOCOL } from '../../plugins/live-guard.ts'
import { timestamp } from '../schemas.ts'
import { wantsEvents } from '../wants-events.ts'
import { closeCodes } from './close-codes.ts'
import { eventStream } from './event-stream.ts'
import * as schemas from './schemas.ts'
import { serveSocket } from './web-socket.ts'

const PATH = '/session/events'

/** The largest frame that a client may send (bytes). */
const MAX_PAYLOAD = 64 * 1024

const events: FastifyPluginAsyncTypebox = async app => {
  const { hub, tickets, heartbeatMs } = app.events

  await app.register(websocket, {
    options: {
      server: webSocketUpgrades(app.server, PATH),
      maxPayload: MAX_PAYLOAD,
      perMessageDeflate: false,
      clientTracking: false,
      handleProtocols: names => names.has(SUBPROTOCOL) && SUBPROTOCOL
    },
    // It closes a socket whose client breaks the protocol by itself, with a code.
    errorHandler: () => {},
    // The hub ends all of them.
    preClose: done => done()
  })

  app.route({
    method: 'GET',
    url: PATH,
    // No HEAD: what goes on for ever has no end that could be left out.
    exposeHeadRoute: false,
    config: { live: true, strict: true, problems: ['too_many_streams', 'shutting_down'] },
    schema: schemas.liveEvents,
    preHandler: async request => {
      if (request.ws || wantsEvents(request)) hub.assertRoom(whose(request))
    },
    handler: async (request, reply) => {
      if (wantsEvents(request)) return stream(request, reply)
      const events = await hub.read(whose(request), positionIn(request))
      return { events: events.map(({ text }) => JSON.parse(text)) }
    },
    wsHandler (socket, request) {
      try {
        serveSocket(socket, heartbeatMs, outlet => join(request, outlet))
      } catch {
        // Others that opened in the same moment took the last place.
        socket.close(closeCodes.tooMany, 'too many connections')
      }
    }
  })

  function stream (request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const body = eventStream(heartbeatMs, outlet => join(request, outlet), () => reply.raw.destroy())
    reply.raw.once('close', () => body.destroy())
    return reply.type('text/event-stream').send(body)
  }

  const join = (request: FastifyRequest, outlet: Outlet): Connection => hub.join(whose(request), outlet, positionIn(request))

  app.post(`${PATH}/ticket`, { config: { strict: true }, schema: schemas.issueEventTicket }, async request => {
    const { userId, id } = sessionOf(request)
    return { ticket: await tickets.issue({ userId, id }), expiresAt: timestamp(Date.now() + tickets.seconds * 1000) }
  })
}

function whose (request: FastifyRequest): { userId: string, id: string } {
  return request.ticketHolder ?? sessionOf(request)
}

/** Where the client says that it is. The schema has seen to its form. */
function positionIn ({ headers, query }: FastifyRequest): string | null {
  const after: unknown = headers['last-event-id'] ?? Object(query).after
  return after === undefined ? null : String(after)
}

export default events
