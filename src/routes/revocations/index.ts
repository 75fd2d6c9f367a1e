import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { assertStillAllowed } from '../../plugins/caller-guard.ts'
import type { Position } from '../../revocations/revocation.ts'
import { ServiceError } from '../../sessions/errors.ts'
import { sendStream } from '../stream-body.ts'
import { wantsEvents } from '../wants-events.ts'
import { answerOf } from './answer.ts'
import { eventStream } from './event-stream.ts'
import * as schemas from './schemas.ts'

/** How often it is looked whether the key of who reads a stream is still good. */
const CHECK_MS = 1000

const SCOPE = 'sessions:introspect'

const revocations: FastifyPluginAsyncTypebox = async app => {
  app.addSchema(schemas.RevocationSchema)

  // No HEAD: what goes on for ever has no end that could be left out.
  app.get('/v1/revocations', { exposeHeadRoute: false, config: { scope: SCOPE, problems: ['position_too_old', 'shutting_down'] }, schema: schemas.revocations }, async (request, reply) => {
    const { query: { after, limit, wait }, headers } = request
    if (wantsEvents(request)) return stream(request, reply, headers['last-event-id'] ?? after)
    const page = await app.revocations.read(positionOf(after), Number(limit), 1000 * Number(wait), closingOf(reply))
    return answerOf(page)
  })

  async function stream (request: FastifyRequest, reply: FastifyReply, after: string | undefined): Promise<FastifyReply> {
    const { page, follow } = await app.revocations.open(positionOf(after))
    const events = eventStream(page, whileAllowed(request), () => reply.raw.destroy())
    reply.raw.once('close', () => events.body.destroy())
    events.follow(follow)
    return sendStream(reply, events.body)
  }

  /** Throws when the key has been taken away, or its scope; that nobody knows is no reason to end what tells of ends. */
  function whileAllowed (request: FastifyRequest): () => void {
    let [dueAt, refusal]: [number, Error | undefined] = [performance.now() + CHECK_MS, undefined]
    const note = (error: unknown): void => {
      if (error instanceof ServiceError && error.code !== 'users_unavailable') refusal = error
    }
    return () => {
      if (refusal !== undefined) throw refusal
      if (performance.now() < dueAt) return
      dueAt = performance.now() + CHECK_MS
      assertStillAllowed(app, request, SCOPE).catch(note)
    }
  }
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
