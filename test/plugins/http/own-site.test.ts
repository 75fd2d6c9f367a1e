import t from 'tap'
import { build, demo, loginByCookie } from '../../harness.ts'
import { isProblem } from '../../routes/problem.ts'

t.test('without a list, the own origin is that of the request line’s host, on plain HTTP too; a forwarded host has no say', async t => {
  const { app } = await build(t, { COOKIE_SECURE: 'false' })
  const { cookie } = await loginByCookie(app, 'alice', { host: 'LOCALHOST:3000' })
  const put = (headers: Record<string, string>) => app.inject({ method: 'PUT', url: '/session/data', payload: { key: 'a', value: 1 }, headers: { cookie, host: 'LOCALHOST:3000', ...headers } })
  t.equal((await put({ origin: 'http://localhost:3000' })).statusCode, 200)
  const foreign: Array<Record<string, string>> = [{ origin: 'https://localhost:3000' }, { origin: 'http://localhost' }, { origin: 'http://evil.example', 'x-forwarded-host': 'evil.example' }, {}]
  for (const headers of foreign) {
    isProblem(t, await put(headers), 403, 'cross_site_request', JSON.stringify(headers))
  }
})

t.test('a forged request costs no store access, no hash, and says nothing about the session or the password', async t => {
  const { app } = await build(t)
  const { cookie } = await loginByCookie(app)
  app.sessions.validate = async () => { throw new Error('the store was asked') }
  app.users.authenticate = async () => { throw new Error('the password was looked at') }
  for (const sent of [cookie, '__Host-session=x', `${cookie}; __Host-session=x`]) {
    isProblem(t, await app.inject({ method: 'POST', url: '/logout', headers: { cookie: sent, 'sec-fetch-site': 'cross-site' } }), 403, 'cross_site_request')
  }
  isProblem(t, await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, cookie: true }, headers: { 'sec-fetch-site': 'cross-site' } }), 403, 'cross_site_request')
})

t.test('a form of another site cannot log anybody in', async t => {
  const { app } = await build(t)
  const payload = JSON.stringify({ ...demo.bob, cookie: true })
  for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain; charset=application/json']) {
    const response = await app.inject({ method: 'POST', url: '/login', payload, headers: { 'content-type': type, 'sec-fetch-site': 'cross-site' } })
    isProblem(t, response, 415, 'unsupported_media_type', type)
    t.equal(response.headers['set-cookie'], undefined)
  }
})
