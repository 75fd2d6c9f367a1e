import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Holder } from '../../events/registry.ts'
import { sessionOf } from '../../plugins/guard.ts'
import { presentedIn } from '../../plugins/live-guard.ts'

/** For whom the request opens a connection, by the generation of its credential, or of that for which its ticket was issued. */
export function holderOf (app: FastifyInstance, request: FastifyRequest): Holder {
  if (request.ticketHolder !== null) return request.ticketHolder
  const { userId, id } = sessionOf(request)
  return { userId, id, generation: Number(presentedIn(app, request)?.split('.')[1]) }
}
