import type { Writable } from 'node:stream'
import type { FastifyServerOptions } from 'fastify'

export type LogStream = Pick<Writable, 'write'>

/** pino options whose error serializer lets nothing through that a request or a command carried. */
export function loggerOptions (level: string, stream?: LogStream): FastifyServerOptions['logger'] {
  return {
    level,
    ...(stream && { stream }),
    serializers: { err: errorForLog, error: errorForLog }
  }
}

interface LoggedError { [member: string]: unknown, type: string, message: string, stack: string }

/**
 * Name, message, code and stack. Errors of ioredis carry `command.args` and `previousErrors`, those of pg the values of a
 * row: session data and passwords, so members are chosen, not removed.
 */
export function errorForLog (error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an error object', stack: '' }
  return {
    type: error.name,
    message: withoutArguments(error.message),
    ...('code' in error && { code: error.code }),
    stack: withoutArguments(error.stack ?? ''),
    ...(error.cause !== undefined && { cause: errorForLog(error.cause) })
  }
}

/** Redis repeats the arguments of a command that it does not know. */
function withoutArguments (text: string): string {
  return text.replace(/, with args beginning with:.*$/gm, '')
}
