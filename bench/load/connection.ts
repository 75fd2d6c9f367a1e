import { once } from 'node:events'
import { connect } from 'node:net'
import { userAgentOf } from '../user-agents.ts'

/** Where its requests come from. */
export const here = { ipAddress: '127.0.0.1', userAgent: userAgentOf(0) }

export type Connection = Awaited<ReturnType<typeof openConnection>>

/**
 * One connection to a server at `url`, for one request at a time, with as little of HTTP as that takes: who times a single request measures
 * the server, and not an HTTP client that is slower than it. `header`: which has the credential.
 */
export async function openConnection (url: string, header = 'x-session-id') {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), noDelay: true })
  await once(socket, 'connect')
  let received = ''
  let answered: (status: number) => void = () => {}
  let failed: (error: Error) => void = () => {}
  socket.setEncoding('latin1')
  socket.on('data', (text: string) => {
    received += text
    if (!isWhole(received)) return
    const status = Number(received.slice('HTTP/1.1 '.length, 'HTTP/1.1 200'.length))
    received = ''
    answered(status)
  })
  socket.on('error', error => failed(error))
  socket.on('close', () => failed(new Error(`${url} closed the connection`)))

  return {
    /** The status of the answer. */
    ask: (method: 'GET' | 'POST', path: string, credential: string): Promise<number> => new Promise((resolve, reject) => {
      answered = resolve
      failed = reject
      socket.write(`${method} ${path} HTTP/1.1\r\nhost: ${hostname}\r\nuser-agent: ${here.userAgent}\r\n${header}: ${credential}\r\n\r\n`)
    }),
    close: () => { socket.destroy() }
  }
}

/** Whether that is an answer to its end; each has a content-length. */
function isWhole (answer: string): boolean {
  const headEnds = answer.indexOf('\r\n\r\n')
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(answer) ?? []
  return headEnds !== -1 && answer.length >= headEnds + 4 + Number(length)
}
