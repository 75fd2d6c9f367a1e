import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { stillAllowed } from '../../plugins/caller-guard.ts'
import type { Position } from '../../revocations/revocation.ts'
import type { ServiceError } from '../../sessions/errors.ts'
import { sendStream } from '../stream-body.ts'
import { wantsEvents } from '../wants-events.ts'
import { answerOf } from './answer.ts'
import { eventStream } from './event-stream.ts'
import * as schemas from './schemas.ts'

const SCOPE = 'sessions:introspect'

const revocations: FastifyPluginAsyncTypebox = async app => {
  app.addSchema(schemas.RevocationSchema)

  // No HEAD: what goes on for ever has no end that could be left out.
  app.get('/v1/revocations', { exposeHeadRoute: false, config: { scope: SCOPE, problems: ['position_too_old', 'shutting_down'] }, schema: schemas.revocations }, async (request, reply) => {
    const { query: { after: asked, limit, wait }, headers: { 'last-event-id': after = asked } } = request
    if (wantsEvents(request)) return stream(request, reply, after)
    const page = await app.revocations.read(positionOf(after), Number(limit), 1000 * Number(wait), closingOf(reply))
    // Its key may have been taken away while it waited.
    if (wait !== '0') await Promise.resolve(stillAllowed(app, request, SCOPE)()).catch(unlessUnknown)
    return answerOf(page)
  })

  async function stream (request: FastifyRequest, reply: FastifyReply, after: string | undefined): Promise<FastifyReply> {
    const { page, follow } = await app.revocations.open(positionOf(after))
    const events = eventStream(page, whileAllowed(request), () => reply.raw.destroy())
    reply.raw.once('close', () => events.body.destroy())
    events.follow(follow)
    return sendStream(reply, events.body)
  }

  /** Throws when the key has been taken away, or its scope. Where that had to be asked for it throws at the next page. */
  function whileAllowed (request: FastifyRequest): () => void {
    const check = stillAllowed(app, request, SCOPE)
    let refusal: unknown
    return () => {
      if (refusal !== undefined) throw refusal
      const checked = check()
      if (checked instanceof Promise) checked.catch(unlessUnknown).catch(error => { refusal = error })
    }
  }
}

/** That nobody knows whose a key is, is no reason to end what tells of ends. */
function unlessUnknown (error: unknown): void {
  if ((error as ServiceError).code !== 'users_unavailable') throw error
}

/** The schema has seen to its form. */
function positionOf (text: string | undefined): Position | null {
  return text === undefined ? null : text as Position
}

/** Aborted when whoever asks has gone. */
function closingOf ({ raw }: FastifyReply): AbortSignal {
  const closing = new AbortController()
  raw.once('close', () => closing.abort())
  return closing.signal
}

export default revocations
