import type { components } from './openapi.ts'

type ErrorCode = components['schemas']['Problem']['code']

/** RFC 9457, as the service answers whatever is not a success. */
export interface Problem {
  type: string
  title: string
  status: number
  detail: string
  /** Stable: decide on this one. */
  code: ErrorCode
  error: string
  [more: string]: unknown
}

/**
 * What the service refused, or that it could not be asked: `code` is one of its codes (docs/errors.md), or `unreachable` if there was no answer
 * in time, or none that it gives. `status` is 0 then.
 */
export class SessionServiceError extends Error {
  readonly code: ErrorCode | 'unreachable'
  readonly status: number
  /** The whole answer, with what some codes add. */
  readonly problem: Problem | null
  /** After how long to come again (ms), if the service said so. */
  readonly retryAfterMs: number | null

  constructor (code: ErrorCode | 'unreachable', status: number, detail: string, { problem = null, retryAfterMs = null, cause }: { problem?: Problem | null, retryAfterMs?: number | null, cause?: unknown } = {}) {
    super(detail, { cause })
    this.name = 'SessionServiceError'
    this.code = code
    this.status = status
    this.problem = problem
    this.retryAfterMs = retryAfterMs
  }
}

/** There was no answer in time, or none of the service. */
export function unreachable (cause: unknown): SessionServiceError {
  return new SessionServiceError('unreachable', 0, 'The session service does not answer. That says nothing about any session.', { cause })
}

/** Whether the same may be asked once more: it was not refused for what it says. */
export function isPassing ({ code, status }: SessionServiceError): boolean {
  return code === 'unreachable' || code === 'idempotency_key_in_use' || status === 503
}

/** The error that an answer without success stands for. */
export async function errorOf (response: Response): Promise<SessionServiceError> {
  const problem = await response.json().catch(() => null) as Problem | null
  if (typeof problem?.code !== 'string') return unreachable(new Error(`HTTP ${response.status} without a problem of the service`))
  const seconds = Number(response.headers.get('retry-after') ?? NaN)
  return new SessionServiceError(problem.code, response.status, problem.detail, { problem, retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : null })
}
