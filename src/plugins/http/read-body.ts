import type { IncomingMessage } from 'node:http'
import { finished } from 'node:stream'
import { errorCodes, type FastifyRequest } from 'fastify'

type Done = (error: Error | null, body: Buffer) => void
type Request = Pick<FastifyRequest, 'headers' | 'routeOptions'>

const nothing = Buffer.alloc(0)

/**
 * Reads a whole body, of at most the route's limit. Nearly every one has come together with its headers: it is there when Node is through with what has come in this turn, and is taken
 * as it is, which costs half of what it does to listen for its pieces and its end. Where others listen already, this listens, too.
 */
export function readBody (request: Request, payload: IncomingMessage, done: Done): void {
  const limit = request.routeOptions.bodyLimit
  if (Number(request.headers['content-length']) > limit) return done(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE(), nothing)
  const read = (): void => payload.complete ? take(payload, limit, done) : collect(request, payload, limit, done)
  if (payload.readableFlowing !== null) collect(request, payload, limit, done)
  else if (payload.complete) read()
  // Node hands over the headers before it looks at what is behind them.
  else setImmediate(read)
}

function take (payload: IncomingMessage, limit: number, done: Done): void {
  const body = payload.read() as Buffer | null ?? nothing
  if (body.length > limit) done(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE(), nothing)
  else done(null, body)
}

function collect ({ headers: { 'content-length': announced } }: Request, payload: IncomingMessage, limit: number, done: Done): void {
  const pieces: Buffer[] = []
  let length = 0

  function end (error: Error | null, body = nothing): void {
    payload.off('data', add)
    forget()
    done(error, body)
  }

  function add (piece: Buffer): void {
    length += piece.length
    pieces.push(piece)
    if (length > limit) end(new errorCodes.FST_ERR_CTP_BODY_TOO_LARGE())
  }

  const forget = finished(payload, { writable: false }, error => {
    const isWhole = error == null && (announced === undefined || Number(announced) === length)
    end(isWhole ? null : new errorCodes.FST_ERR_CTP_INVALID_CONTENT_LENGTH(), Buffer.concat(pieces, length))
  })
  payload.on('data', add)
}
