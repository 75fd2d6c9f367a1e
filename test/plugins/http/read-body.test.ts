import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import jsonBody from '../../../src/plugins/http/json-body.ts'
import turns from '../../../src/plugins/http/turns.ts'

const LIMIT = 100

/** A server that answers with what it has read, over real sockets; what could not be read is in `refused`. */
async function echoing (t: Test) {
  const app = Fastify({ bodyLimit: LIMIT })
  const refused: string[] = []
  for (const hook of ['onRequest', 'onSend'] as const) await app.register(turns, { hook })
  await app.register(jsonBody)
  app.setErrorHandler((error: { code: string, statusCode: number }, _request, reply) => {
    refused.push(error.code)
    return reply.code(error.statusCode).send(error.code)
  })
  app.post('/', async ({ body }) => ({ body: body ?? null }))
  app.post('/heard', {
    preParsing (request, _reply, payload, done) {
      const heard: Buffer[] = []
      payload.on('data', (piece: Buffer) => heard.push(piece))
      Object.assign(request, { heard })
      done(null, payload)
    }
  }, async request => ({ body: request.body ?? null, heard: String(Buffer.concat((request as unknown as { heard: Buffer[] }).heard)) }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const sockets: Socket[] = []
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    return app.close()
  })
  return {
    refused,
    async open () {
      const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1').setNoDelay()
      sockets.push(socket)
      await once(socket, 'connect')
      let heard = ''
      socket.on('data', data => { heard += String(data) })
      /** The bodies of so many answers. */
      const answers = async (count = 1): Promise<string[]> => {
        for (;;) {
          const found = [...heard.matchAll(/\r\n\r\n([^\r\n]+?)(?=HTTP|$)/g)].map(([, body = '']) => body)
          if (found.length === count) return found
          await once(socket, 'data')
        }
      }
      return { socket, answers, heard: () => heard }
    }
  }
}

const head = (more: string, path = '/') => `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${more}\r\n\r\n`
const announced = (body: string, path?: string) => head(`Content-Length: ${Buffer.byteLength(body)}`, path)
const chunked = (...bodies: string[]) => bodies.map(body => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`).join('')

t.test('a body is read however it comes', async t => {
  const { open } = await echoing(t)
  const body = '{"who":"Åsa ☃"}'
  const bytes = Buffer.from(announced(body) + body)
  const whole = await open()
  whole.socket.write(bytes)
  t.strictSame(await whole.answers(), ['{"body":{"who":"Åsa ☃"}}'], 'in one piece with its headers')
  whole.socket.write(head('Transfer-Encoding: chunked') + chunked('{"a":', '1}', ''))
  t.strictSame((await whole.answers(2))[1], '{"body":{"a":1}}', 'in chunks that come at once')
  const slow = await open()
  for (let i = 0; i < bytes.length; i += 7) {
    slow.socket.write(bytes.subarray(i, i + 7))
    await sleep(2)
  }
  t.strictSame(await slow.answers(), ['{"body":{"who":"Åsa ☃"}}'], 'in pieces, some of which cut a character')
  const late = await open()
  late.socket.write(head('Transfer-Encoding: chunked'))
  for (const piece of [chunked('[1'), chunked(',2]'), chunked('')]) {
    await sleep(5)
    late.socket.write(piece)
  }
  t.strictSame(await late.answers(), ['{"body":[1,2]}'], 'in chunks, one after the other')
})

t.test('requests that follow each other without waiting have each its own', async t => {
  const { open } = await echoing(t)
  const { socket, answers } = await open()
  const bodies = ['{"n":1}', '', '{"n":22}', '[]']
  socket.write(bodies.map(body => announced(body) + body).join(''))
  t.strictSame(await answers(4), ['{"body":{"n":1}}', '{"body":null}', '{"body":{"n":22}}', '{"body":[]}'])
})

t.test('many connections at once, again and again', async t => {
  const { open } = await echoing(t)
  const all = await Promise.all(Array.from({ length: 20 }, open))
  for (let round = 1; round <= 20; round++) {
    all.forEach(({ socket }, i) => {
      const body = JSON.stringify({ i, round })
      socket.write(announced(body) + body)
    })
    const found = await Promise.all(all.map(({ answers }) => answers(round)))
    t.strictSame(found.map(bodies => bodies.at(-1)), all.map((_, i) => JSON.stringify({ body: { i, round } })))
  }
})

t.test('who listens before it is read hears the same', async t => {
  const { open } = await echoing(t)
  const all = await Promise.all(Array.from({ length: 6 }, open))
  const body = '{"a":[1,2]}'
  const answer = JSON.stringify({ body: JSON.parse(body), heard: body })
  const whole = announced(body, '/heard') + body
  const inChunks = head('Transfer-Encoding: chunked', '/heard') + chunked('{"a":', '[1,', '2]}', '')
  let asked = 0
  for (const [message, text] of [['alone', whole], ['alone in chunks', inChunks]] as const) {
    const [one] = all as [typeof all[0]]
    one.socket.write(text)
    t.equal((await one.answers(++asked)).at(-1), answer, message)
  }
  for (let round = 1; round <= 4; round++) {
    for (const { socket } of all.slice(1)) socket.write(round % 2 === 0 ? inChunks : whole)
    t.strictSame((await Promise.all(all.slice(1).map(({ answers }) => answers(round)))).map(bodies => bodies.at(-1)), all.slice(1).map(() => answer))
  }
  const [, , late] = all as [unknown, unknown, typeof all[0]]
  late.socket.write(announced(body, '/heard'))
  await sleep(5)
  late.socket.write(body)
  t.equal((await late.answers(5)).at(-1), answer, 'after its headers')
})

t.test('what is too long is refused: before it comes if that is announced, and as soon as it is if not', async t => {
  const { open, refused } = await echoing(t)
  const body = JSON.stringify('x'.repeat(LIMIT))
  const early = await open()
  early.socket.write(announced(body))
  t.strictSame(await early.answers(), ['FST_ERR_CTP_BODY_TOO_LARGE'])
  const atOnce = await open()
  atOnce.socket.write(head('Transfer-Encoding: chunked') + chunked(body, ''))
  t.strictSame(await atOnce.answers(), ['FST_ERR_CTP_BODY_TOO_LARGE'])
  const slow = await open()
  slow.socket.write(head('Transfer-Encoding: chunked'))
  await sleep(5)
  slow.socket.write(chunked(body))
  t.strictSame(await slow.answers(), ['FST_ERR_CTP_BODY_TOO_LARGE'], 'nobody waits for its end')
  t.match(slow.heard(), /connection: close/i)
  const just = JSON.stringify('x'.repeat(LIMIT - 2))
  const fits = await open()
  fits.socket.write(announced(just) + just)
  t.strictSame(await fits.answers(), [`{"body":${just}}`])
  t.equal(refused.length, 3)
})

t.test('a client that goes away in the middle is no request', async t => {
  const { open, refused } = await echoing(t)
  const { socket } = await open()
  socket.write(announced('{"a":1}') + '{"a"')
  await sleep(20)
  socket.destroy()
  while (refused.length === 0) await sleep(5)
  t.strictSame(refused, ['FST_ERR_CTP_INVALID_CONTENT_LENGTH'])
})
