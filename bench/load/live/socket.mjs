/** One WebSocket to GET /session/events, so light that thousands fit in a process. It knows what the service sends: whole frames of text, pings and closes, none of 64 KiB or more. */
import { connect } from 'node:net'

const [TEXT, CLOSE, PING] = [1, 8, 9]
const [FINAL, MASKED] = [0x80, 0x80]

/** The key of the example in RFC 6455 and the answer to it. */
const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
const ACCEPT = 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='

const EMPTY = Buffer.alloc(0)

/**
 * `onEvent` is told each event as JSON text, `onEnd` once how it ended: the code of the close frame, when that has come, or in words what happened without one.
 * `after`: the id of the last event that was had before.
 */
export function openSocket ({ url, credential, userAgent, after, onEvent, onEnd }) {
  const { hostname, host, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  let received = EMPTY
  let isUpgraded = false
  let hasEnded = false

  function end (how) {
    if (hasEnded) return
    hasEnded = true
    onEnd(how)
  }

  /** Whether the answer to the handshake is there and good. */
  function upgrade () {
    const headEnds = received.indexOf('\r\n\r\n')
    if (headEnds === -1) return false
    const head = received.toString('latin1', 0, headEnds)
    isUpgraded = head.startsWith('HTTP/1.1 101 ') && head.includes(ACCEPT)
    received = received.subarray(headEnds + 4)
    if (!isUpgraded) {
      end(`answered ${head.slice('HTTP/1.1 '.length, 'HTTP/1.1 101'.length)}`)
      socket.destroy()
    }
    return isUpgraded
  }

  function take ({ opcode, payload }) {
    if (opcode === TEXT) return onEvent(payload.toString())
    if (opcode === PING) return socket.write(masked(0xA, payload))
    if (opcode !== CLOSE) return end(`frame of opcode ${opcode}`)
    end(payload.readUInt16BE(0))
    socket.end(masked(CLOSE, payload.subarray(0, 2)))
  }

  socket.on('connect', () => socket.write([
    `GET /session/events${after === undefined ? '' : `?after=${after}`} HTTP/1.1`, `host: ${host}`, `user-agent: ${userAgent}`, `x-session-id: ${credential}`,
    'connection: Upgrade', 'upgrade: websocket', 'sec-websocket-version: 13', `sec-websocket-key: ${KEY}`, '', ''
  ].join('\r\n')))
  socket.on('data', chunk => {
    received = received.length === 0 ? chunk : Buffer.concat([received, chunk])
    if (!isUpgraded && !upgrade()) return
    for (let frame = frameIn(received); frame !== null; frame = frameIn(received)) {
      received = received.subarray(frame.bytes)
      take(frame)
    }
    // A part of it would keep the whole.
    if (received.length === 0) received = EMPTY
  })
  socket.on('error', ({ code }) => end(code))
  socket.on('close', () => end('no close frame'))
}

/** The first frame in that, or null if it is not whole. */
function frameIn (received) {
  if (received.length < 2) return null
  const isLong = received[1] === 126
  const [start, length] = isLong ? [4, received.length < 4 ? Infinity : received.readUInt16BE(2)] : [2, received[1]]
  if (received.length < start + length) return null
  return { opcode: received[0] & 0xF, payload: received.subarray(start, start + length), bytes: start + length }
}

/** A frame as clients send it, of at most 125 bytes; a mask of zeros changes nothing. */
function masked (opcode, payload) {
  return Buffer.concat([Buffer.from([FINAL | opcode, MASKED | payload.length, 0, 0, 0, 0]), payload])
}
