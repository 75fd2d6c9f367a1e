import type { IncomingMessage, ServerResponse } from 'node:http'
import { createGuard, isPromise, type Demands, type GuardOptions, type Judgement } from './guard.ts'
import type { Verdict } from './verifier.ts'

/** A request behind `requireSession`. */
export interface WithSession extends IncomingMessage { session?: Verdict }

export type Middleware = (request: WithSession, response: ServerResponse, next: (error?: unknown) => void) => void

/**
 * Who is logged in, for Express, Connect and whatever takes such functions: `const { requireSession } = sessions({ url, key })`, then `app.get('/cart', requireSession(), …)`. Call `close` when the
 * process is to end: until then it listens to what ends sessions.
 */
export function sessions (options: GuardOptions): { requireSession: (demands?: Demands) => Middleware, close: () => void } {
  const guard = createGuard(options)
  return {
    close: guard.close,
    requireSession: (demands = {}) => (request, response, next) => {
      const settle = (judgement: Judgement): void => {
        // Something else may have answered meanwhile.
        if (response.headersSent) return
        if ('refusal' in judgement) {
          const { status, headers, problem } = judgement.refusal
          response.writeHead(status, headers).end(JSON.stringify(problem))
          return
        }
        request.session = judgement.session
        next()
      }
      const found = guard.judge(request.headers, demands, request.rawHeaders)
      if (isPromise(found)) found.then(settle).then(undefined, next)
      else settle(found)
    }
  }
}
