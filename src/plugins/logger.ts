import type { Writable } from 'node:stream'
import type { FastifyBaseLogger, FastifyInstance, LogLevel } from 'fastify'
import { pino, type LogFn, type Logger } from 'pino'

export type LogStream = Pick<Writable, 'write'>

/**
 * Gives the service its log, whose error serializer lets nothing through that a request or a command carried. Fastify itself is told of none: with
 * one it listens for the end of each answer and makes a logger for each request, whether a line is written or not.
 */
export function useLog (app: FastifyInstance, level: string, stream?: LogStream): void {
  const log = pino({ level, serializers: { err: errorForLog, error: errorForLog, req: nothing, res: nothing } }, stream)
  app.log = log
  app.setChildLoggerFactory((_none, bindings, options) => new RequestLog(() => log.child(bindings, options)))
}

/** What a request or an answer carries is in no line: credentials, cookies, data. */
const nothing = (): undefined => undefined

/** The log of one request, made when it is first asked. */
class RequestLog implements FastifyBaseLogger {
  readonly #make: () => Logger
  #made: Logger | undefined

  constructor (make: () => Logger) {
    this.#make = make
  }

  get level () { return this.#own.level }
  set level (level) { this.#own.level = level }
  child (...options: Parameters<Logger['child']>) { return this.#own.child(...options) }
  silent (...line: unknown[]) { this.#write('silent', line) }
  trace (...line: unknown[]) { this.#write('trace', line) }
  debug (...line: unknown[]) { this.#write('debug', line) }
  info (...line: unknown[]) { this.#write('info', line) }
  warn (...line: unknown[]) { this.#write('warn', line) }
  error (...line: unknown[]) { this.#write('error', line) }
  fatal (...line: unknown[]) { this.#write('fatal', line) }

  get #own (): Logger {
    this.#made ??= this.#make()
    return this.#made
  }

  #write (level: LogLevel, line: unknown[]): void {
    this.#own[level](...line as Parameters<LogFn>)
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
