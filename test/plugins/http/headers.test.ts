import t from 'tap'
import { build, login } from '../../harness.ts'

t.test('no answer of any kind may be stored, sniffed or framed', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const answers = [
    await alice.call('GET', '/me'), await alice.call('PUT', '/session/data', { key: 'a', value: 1 }),
    await app.inject('/me'), await app.inject('/nowhere'), await app.inject({ method: 'PUT', url: '/me' }),
    await app.inject('/livez'), await app.inject('/openapi.json'), await app.inject('/docs'), await app.inject('/docs/static/swagger-ui.css')
  ]
  for (const { headers, raw } of answers) {
    t.equal(headers['cache-control'], 'no-store', raw.req.url ?? '')
    t.equal(headers['x-content-type-options'], 'nosniff')
    t.match(headers['content-security-policy'], /^default-src 'none';.* base-uri 'none';.* frame-ancestors 'none'$/)
    t.equal(headers['x-powered-by'], undefined)
    t.equal(headers.server, undefined)
  }
})

t.test('every answer says what it is, tells no other site where its reader was, lists no folder and sends nobody to another scheme', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const paths = ['/me', '/session', '/sessions', '/session/data', '/nowhere', '/livez', '/readyz', '/openapi.json', '/asyncapi.json', '/docs', '/docs/static/swagger-ui.css', '/docs/static/swagger-ui-bundle.js', '/docs/static', '/docs/static/', '/.git/HEAD', '/.env', '/docs/static/%2e%2e/package.json']
  for (const url of paths) {
    const { statusCode, headers, body } = await alice.call('GET', url, undefined, { 'x-forwarded-proto': 'http' })
    t.match(headers['content-type'], /^(application\/(problem\+)?json|text\/(html|css)|application\/javascript); charset=utf-8$/, url)
    if (url.startsWith('/docs')) t.equal(headers['referrer-policy'], statusCode === 200 ? 'no-referrer' : undefined, url)
    t.match([statusCode, headers.location], [/^(200|404)$/, undefined], url)
    t.notMatch(body, /<title>(Index of|Listing)|"session-service",\n {2}"version"|DATABASE_URL=/, url)
  }
})

t.test('a request id is taken over if it is well-formed, and made otherwise', async t => {
  const { app, logs } = await build(t)
  const idOf = async (given?: string) => (await app.inject({ url: '/livez', headers: given === undefined ? {} : { 'x-request-id': given } })).headers['x-request-id']
  for (const given of ['a', 'req-1', '3f2a8c1e-5b7d-4e9f-8a6b-1c2d3e4f5a6b', 'A.b_C-9', 'x'.repeat(64)]) t.equal(await idOf(given), given)
  const own = /^[\w-]{12}-[0-9a-z]+$/
  for (const given of [undefined, '', ' ', 'a b', 'x'.repeat(65), 'a,b', '"', '<x>', '\u00e9', '{"a":1}', 'a/b']) t.match(await idOf(given), own, `${given}`)
  t.not(await idOf(), await idOf(), 'a new one each time')
  const [ofProcess = ''] = /^.{12}/.exec(String(await idOf())) ?? []
  t.not(await idOf(`${ofProcess}-1`), `${ofProcess}-1`, 'nobody takes one that may be another request\'s')
  t.notOk(logs.some(line => line.includes('<x>')), 'what is not well-formed is not logged either')
})
