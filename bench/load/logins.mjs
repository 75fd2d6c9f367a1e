/**
 * Logins over so many connections at once, over each again and again for so long. In a process of its own, because such a burst holds up whoever times something
 * beside it; with as little of HTTP as that takes, because the cores from which the load comes are those that hash.
 * Arguments: URL, count, body, seconds (0: once). Begins at the first message; sends how long it took (ms) and each outcome: `done`, `login_busy`, or what went wrong.
 */
import { once } from 'node:events'
import { connect } from 'node:net'

const [url = '', count, body = '', seconds] = process.argv.slice(2)
const { hostname, port } = new URL(url)
const request = `POST /login HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

/** Resolves to what logs in over a connection, once at a time. */
async function openConnection () {
  const socket = connect({ host: hostname, port: Number(port), noDelay: true }).setEncoding('latin1')
  await once(socket, 'connect')
  return async () => {
    socket.write(request)
    let answer = ''
    do {
      const [text] = await once(socket, 'data')
      answer += text
    } while (!isWhole(answer))
    return outcomeOf(answer)
  }
}

/** Whether that is an answer to its end; each has a content-length. */
function isWhole (answer) {
  const headEnds = answer.indexOf('\r\n\r\n')
  const [, length] = /\r\ncontent-length: (\d+)/i.exec(answer) ?? []
  return headEnds !== -1 && answer.length >= headEnds + 4 + Number(length)
}

function outcomeOf (answer) {
  if (answer.startsWith('HTTP/1.1 200 ')) return 'done'
  const [, code] = /"code":"(\w+)"/.exec(answer) ?? []
  return code ?? answer.slice(0, answer.indexOf('\r\n'))
}

const connections = await Promise.all(Array.from({ length: Number(count) }, openConnection))
process.once('message', async () => {
  const start = performance.now()
  const outcomes = []
  await Promise.all(connections.map(async logIn => {
    do outcomes.push(await logIn()); while (performance.now() < start + 1000 * Number(seconds))
  }))
  process.send({ ms: performance.now() - start, outcomes })
  process.disconnect()
  process.exit()
})
process.send('ready')
