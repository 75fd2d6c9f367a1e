import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { createGuard, isPromise, type Demands, type GuardOptions, type Judgement } from './guard.ts'
import type { Verdict } from './verifier.ts'

type PreHandler = (request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void) => void

declare module 'fastify' {
  interface FastifyRequest {
    /** Whose request it is, behind `requireSession`; null otherwise. */
    session: Verdict | null
  }
  interface FastifyInstance {
    /** A preHandler that lets in who is logged in, and sets `request.session`. */
    requireSession: (demands?: Demands) => PreHandler
  }
}

/** Who is logged in, for a Fastify service: `app.register(sessions, { url, key })`, then `preHandler: app.requireSession()`. */
export default async function sessions (app: FastifyInstance, options: GuardOptions): Promise<void> {
  const guard = createGuard({
    onError: err => app.log.warn({ err }, 'who is logged in cannot be known'),
    onRevocationsError: err => app.log.warn({ err }, 'what has ended is not heard of at once, but known within a second'),
    ...options
  })
  app.addHook('onClose', async () => guard.close())
  app.decorateRequest('session', null)
  app.decorate('requireSession', (demands = {}): PreHandler => (request, reply, done) => {
    const found = guard.judge(request.headers, demands, request.raw.rawHeaders)
    if (isPromise(found)) found.then(judgement => { settle(judgement, request, reply, done) }).then(undefined, done)
    else settle(found, request, reply, done)
  })
}

function settle (judgement: Judgement, request: FastifyRequest, reply: FastifyReply, done: (error?: Error) => void): void {
  if ('refusal' in judgement) {
    const { status, headers, problem } = judgement.refusal
    reply.code(status).headers(headers).send(JSON.stringify(problem))
    return
  }
  request.session = judgement.session
  // With all others that are known in this turn of the event loop: answers that are sent one after the other wake their reader once.
  setImmediate(done)
}

/** For the instance that registers it, not for one below: as fastify-plugin does. */
Object.assign(sessions, { [Symbol.for('skip-override')]: true, [Symbol.for('fastify.display-name')]: 'sessions' })
