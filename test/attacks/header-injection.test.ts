import { once } from 'node:events'
import { connect, type AddressInfo } from 'node:net'
import type { FastifyInstance, InjectOptions } from 'fastify'
import t from 'tap'
import { build, demo, login, loginByCookie } from '../harness.ts'

/* That the log stays one line a request whatever comes in: test/leaks/log-injection.test.ts. Here: the headers of answers. */

const hostile = ['\r\nx-injected: 1', '\nx-injected: 1', '\rx-injected: 1', '\r\n\r\n<script>', '\u0000x-injected: 1', '%0d%0ax-injected:%201', '\u560d\u560ax-injected: 1', '\u2028x-injected: 1', '\u0085x-injected: 1', '\\r\\nx-injected: 1', '; Domain=evil.example', ', x-injected=1', '"; x-injected="1']

/** A request with the text in one place. */
interface Case { place: string, request: InjectOptions & { url: string } }

/** Every place of a request whose text may come back in an answer, with that text in it; the last ones are headers that are read. */
function casesOf (text: string, { cookie, credential, id }: { cookie: string, credential: string, id: string }): Case[] {
  const own = { 'x-session-id': credential }
  const inUrl = encodeURIComponent(text.toWellFormed())
  const post = (url: string, payload: object, headers: Record<string, string> = own) => ({ method: 'POST' as const, url, payload, headers })
  const headers: Record<string, Record<string, string>> = {
    'x-request-id': {}, 'user-agent': {}, referer: {}, origin: {}, host: {}, 'x-forwarded-for': {}, 'x-forwarded-proto': {}, 'x-forwarded-host': {}, 'if-match': {}, 'if-none-match': {}, 'accept-language': {}, accept: {}, range: {}, traceparent: {}, 'content-type': {}, 'access-control-request-method': { origin: 'https://shop.example' }, 'access-control-request-headers': { origin: 'https://shop.example' }, authorization: {}, 'x-session-id': {}, cookie: {}
  }
  return [
    { place: 'data key in a body', request: { method: 'PUT', url: '/session/data', payload: { key: text, value: 1 }, headers: own } },
    { place: 'data key of a patch', request: { method: 'PATCH', url: '/session/data', payload: { [text]: 1 }, headers: own } },
    { place: 'data value', request: { method: 'PUT', url: '/session/data', payload: { key: 'a', value: text }, headers: own } },
    { place: 'data value read', request: { url: '/session/data/a', headers: own } },
    { place: 'data key in a path', request: { url: `/session/data/${inUrl}`, headers: own } },
    { place: 'public id in a path', request: { method: 'DELETE', url: `/sessions/${inUrl}`, headers: own } },
    { place: 'unknown path', request: { url: `/${inUrl}` } },
    { place: 'documentation path', request: { url: `/docs/${inUrl}` } },
    { place: 'documentation file', request: { url: `/docs/static/${inUrl}` } },
    { place: 'query', request: { url: `/me?${inUrl}=${inUrl}`, headers: own } },
    { place: 'cursor', request: { url: `/sessions?cursor=${inUrl}`, headers: own } },
    { place: 'limit', request: { url: `/sessions?limit=${inUrl}`, headers: own } },
    ...['email', 'password', 'lifetime', 'endSessionId', 'rememberMe', 'cookie', text].map(member => ({ place: `login member ${JSON.stringify(member.slice(0, 12))}`, request: post('/login', { ...demo.alice, [member]: text }, { 'sec-fetch-site': 'same-origin' }) })),
    { place: 'login from that user agent', request: post('/login', { ...demo.alice, cookie: true }, { 'sec-fetch-site': 'same-origin', 'user-agent': text }) },
    { place: 'list with that user agent', request: { url: '/sessions', headers: own } },
    { place: 'cookie value', request: { url: '/me', headers: { cookie: `__Host-session=${text}` } } },
    { place: 'after the cookie', request: { url: '/me', headers: { cookie: `${cookie}${text}` } } },
    { place: 'cookie of a rotation', request: { method: 'POST', url: '/session/rotate', headers: { cookie: `${cookie}${text}`, 'sec-fetch-site': 'same-origin' } } },
    { place: 'after the credential', request: { url: `/sessions/${id}`, method: 'DELETE', headers: { 'x-session-id': `${credential}${text}` } } },
    ...Object.entries(headers).map(([name, more]) => ({ place: `header ${name}`, request: { method: name.startsWith('access-control') ? 'OPTIONS' as const : 'GET' as const, url: '/session/data', headers: { ...own, ...more, [name]: text } } }))
  ]
}

/** The names of the headers that an answer of this service may have. */
const known = new Set([
  'x-request-id', 'cache-control', 'x-content-type-options', 'content-security-policy', 'content-type', 'content-length', 'content-range', 'date', 'connection', 'keep-alive', 'vary', 'allow', 'etag', 'www-authenticate', 'retry-after', 'set-cookie', 'clear-site-data', 'ratelimit', 'ratelimit-policy', 'x-session-id', 'accept-ranges', 'last-modified', 'location',
  'referrer-policy', 'access-control-allow-origin', 'access-control-allow-credentials', 'access-control-allow-methods', 'access-control-allow-headers', 'access-control-max-age', 'access-control-expose-headers'
])

t.test('whatever text a request has wherever, no header of the answer is made of it', async t => {
  const { app } = await build(t, { CORS_ORIGINS: 'https://shop.example', HASH_QUEUE_LIMIT: '1000', LOGIN_ACCOUNT_FAILURES: '100000' })
  const [{ cookie }, { credential, id }] = [await loginByCookie(app), await login(app)]
  let [asked, given] = [0, 0]
  for (const text of hostile) {
    for (const { place, request } of casesOf(text, { cookie, credential, id })) {
      const { statusCode, headers } = await app.inject(request)
      const where = `${JSON.stringify(text)} as ${place}`
      if (statusCode >= 500) t.fail(`${where} answered ${statusCode}`)
      for (const [name, value] of Object.entries(headers)) {
        if (!known.has(name)) t.fail(`${where} brought the header ${name}`)
        if (/[\r\n\0]|x-injected|evil\.example|<script/i.test(String(value))) t.fail(`${where} is in ${name}: ${value}`)
        given++
      }
      asked++
    }
  }
  t.comment(`${asked} requests, ${given} headers`)
  t.ok(asked > 500 && given > 3000)
  t.equal((await app.inject({ url: '/me', headers: { cookie } })).statusCode, 200)
})

t.test('on a real connection a header with a stray control character never reaches the service, and a second request cannot be smuggled in', async t => {
  const { app, logs } = await build(t)
  const { credential } = await login(app)
  await app.listen({ host: '127.0.0.1', port: 0 })
  const line = `x-session-id: ${credential}\r\n`
  const smuggled = 'DELETE /sessions/all HTTP/1.1\r\nhost: a\r\n' + line + '\r\n'
  const broken: Record<string, string> = {
    'a bare CR in a value': `GET /me HTTP/1.1\r\nhost: a\r\nx-request-id: a\rx-injected: 1\r\n${line}\r\n`,
    'a NUL in a value': `GET /me HTTP/1.1\r\nhost: a\r\nx-request-id: a\u0000b\r\n${line}\r\n`,
    'a space before the colon': `GET /me HTTP/1.1\r\nhost: a\r\nx-session-id : ${credential}\r\n\r\n`,
    'a length and chunks': `PUT /session/data HTTP/1.1\r\nhost: a\r\n${line}content-type: application/json\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'two lengths': `PUT /session/data HTTP/1.1\r\nhost: a\r\n${line}content-type: application/json\r\ncontent-length: 2\r\ncontent-length: 90\r\n\r\n{}${smuggled}`,
    'a length with a sign': `PUT /session/data HTTP/1.1\r\nhost: a\r\n${line}content-type: application/json\r\ncontent-length: +2\r\n\r\n{}${smuggled}`,
    'chunks under another name': `PUT /session/data HTTP/1.1\r\nhost: a\r\n${line}content-type: application/json\r\ntransfer-encoding: xchunked\r\n\r\n0\r\n\r\n${smuggled}`,
    'chunks announced twice': `PUT /session/data HTTP/1.1\r\nhost: a\r\n${line}content-type: application/json\r\ntransfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n${smuggled}`,
    'a chunk size that is none': `PUT /session/data HTTP/1.1\r\nhost: a\r\n${line}content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n0x2\r\n{}\r\n0\r\n\r\n${smuggled}`
  }
  for (const [what, bytes] of Object.entries(broken)) {
    logs.length = 0
    const answer = await answerTo(app, bytes)
    t.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/, `${what}: ${answer.slice(0, 60)}`)
    t.notMatch(answer, /x-injected/i, what)
    t.notOk(logs.some(entry => entry.includes('/sessions/all')), `${what}: nothing came after it`)
  }
  t.match(await answerTo(app, `GET /me HTTP/1.1\r\nhost: a\r\n${line}connection: close\r\n\r\n`), /^HTTP\/1\.1 200 /, 'the session lives')
})

/** What comes back for raw bytes until the service closes the connection. */
async function answerTo (app: FastifyInstance, bytes: string): Promise<string> {
  const { port } = app.server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1').setEncoding('latin1')
  let answer = ''
  socket.on('data', chunk => { answer += chunk })
  socket.on('error', () => {})
  socket.write(Buffer.from(bytes, 'latin1'))
  await once(socket, 'close')
  return answer
}
