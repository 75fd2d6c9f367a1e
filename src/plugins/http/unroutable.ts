import type { Socket } from 'node:net'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { problem, type Problem } from '../../sessions/errors.ts'
import { pathOf } from './errors.ts'
import { safeHeaders } from './headers.ts'

/*
 * Answers for what reaches no route, and so no hook of the service. They are problems with the same headers as all others.
 */

const malformed = problem('malformed_request', 'The request cannot be read: its URL, headers or framing are broken.')
const timedOut = problem('request_timeout', 'The request did not arrive in time. Send it again.')
const tooLarge = problem('headers_too_large', 'The URL and headers of the request are larger than the service accepts. Send less.')

/** Fastify's `frameworkErrors`: a target that is no URL. */
export function answerUnroutable (_error: Error, request: FastifyRequest, reply: FastifyReply): void {
  request.log.info({ method: request.method, path: pathOf(request.url), status: malformed.status, ip: request.ip }, 'request')
  reply.code(malformed.status).headers({ 'x-request-id': request.id, ...safeHeaders }).type('application/problem+json').send(malformed)
}

/** Fastify's `clientErrorHandler`: bytes that are no request. There is only the connection to answer, which ends with this. */
export function answerUnreadable (error: Error & { code?: string }, socket: Socket): void {
  if (socket.writable && error.code !== 'ECONNRESET') socket.write(rawAnswer(problemFor(error.code)))
  socket.destroy()
}

function problemFor (nodeCode: string | undefined): Problem {
  switch (nodeCode) {
    case 'ERR_HTTP_REQUEST_TIMEOUT': return timedOut
    case 'HPE_HEADER_OVERFLOW': return tooLarge
    default: return malformed
  }
}

function rawAnswer (body: Problem): string {
  const text = JSON.stringify(body)
  const headers = { ...safeHeaders, 'content-type': 'application/problem+json; charset=utf-8', 'content-length': Buffer.byteLength(text), connection: 'close' }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`).join('')
  return `HTTP/1.1 ${body.status} ${body.title}\r\n${lines}\r\n${text}`
}
