import type { InjectOptions } from 'fastify'
import t from 'tap'
import { build, login, loginByCookie } from '../../harness.ts'
import { isProblem } from '../../routes/problem.ts'

const shop = 'https://shop.example'
const env = { CORS_ORIGINS: `${shop}, http://localhost:5173` }
const preflight = { 'access-control-request-method': 'PUT', 'access-control-request-headers': 'content-type,x-session-id' }

const hostile = [
  'null', '*', '', 'https://evil.example', 'https://shop.example.evil.example', 'https://evil-shop.example', 'https://shop.example:8443', 'http://shop.example', 'https://SHOP.example', 'HTTPS://shop.example',
  'https://shop.example/', 'https://shop.example.', 'https://www.shop.example', 'https://shop.example@evil.example', 'https://shop.example, https://evil.example', 'https://shop.example https://evil.example',
  'http://localhost', 'http://localhost:5174', 'https://localhost:5173', 'http://localhost:5173.evil.example', 'https://shopXexample', 'file://'
]

/** The CORS headers of an answer. */
const corsOf = (headers: object) => Object.fromEntries(Object.entries(headers).filter(([name]) => name.startsWith('access-control-')))

t.test('a page of an origin on the list may read every answer, with cookies', async t => {
  const { app } = await build(t, env)
  const alice = await login(app)
  const expected = {
    'access-control-allow-origin': shop,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'etag, ratelimit, ratelimit-policy, retry-after, www-authenticate, x-request-id, x-session-id'
  }
  const answers = [
    await alice.call('GET', '/me', undefined, { origin: shop }), await app.inject({ url: '/me', headers: { origin: shop } }), await app.inject({ url: '/nowhere', headers: { origin: shop } }),
    await app.inject({ method: 'DELETE', url: '/me', headers: { origin: shop } }), await app.inject({ method: 'OPTIONS', url: '/me', headers: { origin: shop } }), await app.inject({ url: '/docs/json', headers: { origin: shop } })
  ]
  t.strictSame(answers.map(({ statusCode }) => statusCode), [200, 401, 404, 405, 405, 200])
  for (const { headers } of answers) {
    t.strictSame(corsOf(headers), expected)
    t.equal(headers.vary, 'Origin')
  }
})

t.test('a preflight of an origin on the list is answered without a session, whatever it asks about', async t => {
  const { app } = await build(t, env)
  for (const origin of [shop, 'http://localhost:5173']) {
    for (const url of ['/login', '/session/data', '/session/data/key', '/nowhere']) {
      const { statusCode, headers, body } = await app.inject({ method: 'OPTIONS', url, headers: { origin, ...preflight } })
      t.equal(statusCode, 204, url)
      t.equal(body, '')
      t.strictSame(corsOf(headers), {
        'access-control-allow-origin': origin,
        'access-control-allow-credentials': 'true',
        'access-control-allow-methods': 'GET, HEAD, POST, PUT, PATCH, DELETE',
        'access-control-allow-headers': 'authorization, content-type, if-match, last-event-id, x-device-id, x-request-id, x-session-id',
        'access-control-max-age': '600',
        'access-control-expose-headers': 'etag, ratelimit, ratelimit-policy, retry-after, www-authenticate, x-request-id, x-session-id'
      })
      t.equal(headers.vary, 'Origin')
    }
  }
})

t.test('any other origin gets no word, and its preflight is a method like any other', async t => {
  const { app } = await build(t, env)
  for (const origin of hostile) {
    const [simple, asking] = [await app.inject({ url: '/livez', headers: { origin } }), await app.inject({ method: 'OPTIONS', url: '/session/data', headers: { origin, ...preflight } })]
    t.equal(simple.statusCode, 200)
    isProblem(t, asking, 405, 'method_not_allowed', origin)
    t.equal(asking.headers.allow, 'GET, HEAD, PATCH, PUT')
    for (const { headers } of [simple, asking]) {
      t.strictSame(corsOf(headers), {}, origin)
      t.equal(headers.vary, 'Origin', 'a cache must not hand on the answer of one to another')
    }
  }
  t.equal((await app.inject('/livez')).headers.vary, 'Origin', 'nor that of none')
})

t.test('without a list there are no such headers', async t => {
  const { app } = await build(t)
  for (const options of [{ url: '/livez' }, { method: 'OPTIONS', url: '/livez' }] satisfies InjectOptions[]) {
    const { headers } = await app.inject({ ...options, headers: { origin: shop, ...preflight } })
    t.strictSame([corsOf(headers), headers.vary], [{}, undefined])
  }
})

t.test('a page of an origin on the list works by cookie from login to log-out', async t => {
  const { app } = await build(t, env)
  const from = { origin: shop, 'sec-fetch-site': 'same-site' }
  const { cookie } = await loginByCookie(app, 'alice', from)
  const headers = { ...from, cookie }
  t.equal((await app.inject({ url: '/me', headers })).json().user?.name, 'Alice')
  t.equal((await app.inject({ method: 'PUT', url: '/session/data', payload: { key: 'a', value: 1 }, headers })).statusCode, 200)
  t.equal((await app.inject({ method: 'POST', url: '/logout', headers })).statusCode, 200)
})
