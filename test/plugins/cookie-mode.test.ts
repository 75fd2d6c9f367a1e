import { once } from 'node:events'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { build, demo, login, loginByCookie } from '../harness.ts'
import { isInvalid, isProblem } from '../routes/problem.ts'

t.test('a login by cookie puts the credential into the cookie and nowhere else', async t => {
  const { app } = await build(t)
  const { credential, cookie, response } = await loginByCookie(app)
  t.equal(response.statusCode, 200)
  t.strictSame(Object.keys(response.json()).sort(), ['message', 'session', 'user'])
  t.notMatch(response.body, credential.split('.')[2])
  t.equal(response.headers['x-session-id'], undefined)
  t.equal((await app.inject({ url: '/me', headers: { cookie } })).json().user?.name, 'Alice')
  for (const wrong of ['yes', 1, null]) isInvalid(t, await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, cookie: wrong } }), ['body/cookie'])
})

t.test('a login that fails sets no cookie', async t => {
  const { app } = await build(t)
  const response = await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, password: 'wrong', cookie: true }, headers: { 'sec-fetch-site': 'same-origin' } })
  isProblem(t, response, 401, 'login_failed')
  t.equal(response.headers['set-cookie'], undefined)
})

t.test('a rotation by cookie puts the successor into the cookie and nowhere else', async t => {
  const { app } = await build(t)
  const { cookie } = await loginByCookie(app)
  const response = await app.inject({ method: 'POST', url: '/session/rotate', headers: { cookie, 'sec-fetch-site': 'same-origin' } })
  t.strictSame(response.json(), { message: 'Session rotated' })
  t.match(response.headers['set-cookie'], /^__Host-session=[0-9a-f-]{36}\.2\.[\w-]{64}; Path=\/; HttpOnly; Secure; SameSite=Lax$/)
  const [successor = ''] = String(response.headers['set-cookie']).split(';')
  t.equal((await app.inject({ url: '/me', headers: { cookie: successor } })).statusCode, 200)
})

t.test('a planted cookie is not taken over by a login', async t => {
  const { app } = await build(t)
  const planted = await loginByCookie(app, 'bob')
  const { credential, cookie } = await loginByCookie(app, 'alice', { cookie: planted.cookie })
  t.not(credential, planted.credential)
  t.equal((await app.inject({ url: '/me', headers: { cookie } })).json().user?.name, 'Alice')
})

t.test('over a real connection: two cookies, or a cookie and a header that differ, are refused', async t => {
  const { app } = await build(t)
  const [alice, bob, header] = [await loginByCookie(app), await loginByCookie(app, 'bob'), await login(app)]
  await app.listen({ port: 0, host: '127.0.0.1' })
  const me = (...headers: string[]) => whoIs(app, headers)
  t.equal(await me('Cookie', alice.cookie), '200 Alice')
  t.equal(await me('Cookie', `${alice.cookie}; ${bob.cookie}`), '400 credentials_disagree')
  t.equal(await me('Cookie', alice.cookie, 'Cookie', bob.cookie), '400 credentials_disagree', 'in two headers')
  t.equal(await me('Cookie', `${alice.cookie}; __Host-session=x`), '400 credentials_disagree')
  t.equal(await me('Cookie', `${alice.cookie}, ${bob.cookie}`), '401 invalid_session', 'a comma separates nothing here')
  t.equal(await me('Cookie', `${alice.cookie}; ${alice.cookie}`), '400 credentials_disagree')
  t.equal(await me('Cookie', alice.cookie, 'cookie', alice.cookie), '400 credentials_disagree')
  t.equal(await me('Cookie', alice.cookie, 'X-Session-Id', header.credential), '400 credentials_disagree')
  t.equal(await me('Cookie', alice.cookie, 'Authorization', `Bearer ${bob.credential}`), '400 credentials_disagree')
  t.equal(await me('Cookie', alice.cookie, 'X-Session-Id', alice.credential), '200 Alice')
  t.equal(await me('Cookie', alice.cookie, 'Authorization', `Bearer ${alice.credential}`), '200 Alice')
  t.equal(await me('Cookie', alice.cookie, 'Authorization', 'Basic YTpi'), '200 Alice')
  t.equal(await me('Cookie', `session=${bob.credential}`, 'X-Session-Id', header.credential), '200 Alice', 'the name of plain HTTP is nobody’s')
})

t.test('over a real connection: a repeated Sec-Fetch-Site or Origin lets nobody in', async t => {
  const { app } = await build(t, { CORS_ORIGINS: 'https://shop.example' })
  const { cookie } = await loginByCookie(app)
  await app.listen({ port: 0, host: '127.0.0.1' })
  const end = (...headers: string[]) => whoIs(app, ['Cookie', cookie, ...headers], 'DELETE', '/sessions/all?except=current')
  t.equal(await end('Sec-Fetch-Site', 'same-origin', 'Sec-Fetch-Site', 'cross-site'), '403 cross_site_request')
  t.equal(await end('Origin', 'https://shop.example', 'Origin', 'https://evil.example'), '403 cross_site_request')
  t.equal(await end('Origin', 'https://evil.example', 'Origin', 'https://shop.example'), '403 cross_site_request')
  t.equal(await end('Origin', 'https://shop.example'), '200 undefined')
})

/** Status, and the code of a problem or the user's name. */
async function whoIs (app: FastifyInstance, headers: string[], method = 'GET', path = '/me'): Promise<string> {
  const { port } = app.server.address() as AddressInfo
  const request = httpRequest({ host: '127.0.0.1', port, method, path, headers: ['Host', '127.0.0.1', ...headers] }).end()
  const [response] = await once(request, 'response') as [IncomingMessage]
  let body = ''
  for await (const chunk of response) body += chunk
  const { code, user } = JSON.parse(body)
  return `${response.statusCode} ${code ?? user?.name}`
}
