import t from 'tap'
import { build, login } from '../../harness.ts'
import { isInvalid, isProblem } from '../../routes/problem.ts'

t.test('a defect is a 500 that tells nothing, and a log line that tells all under the same id', async t => {
  const { app, logs } = await build(t)
  const alice = await login(app)
  const thrown: unknown[] = [
    new TypeError('cannot read s3cret of undefined'),
    Object.assign(new Error('ERR wrong s3cret'), { name: 'ReplyError', command: { name: 'evalsha', args: ['s3cret-argument'] } }),
    Object.assign(new Error('s3cret teapot'), { statusCode: 418 }),
    Object.assign(new Error('s3cret'), { statusCode: 200 })
  ]
  for (const [i, error] of thrown.entries()) {
    app.sessions.list = async () => { throw error }
    const response = await alice.call('GET', '/sessions', undefined, { 'x-request-id': `defect-${i}` })
    isProblem(t, response, 500, 'internal_error', String(error))
    t.notMatch(response.body, /s3cret/)
    t.equal(response.headers['x-request-id'], `defect-${i}`)
    const line = logs.map(text => JSON.parse(text)).find(entry => entry.level === 50 && entry.reqId === `defect-${i}`)
    t.match(line, { code: 'internal_error', err: { message: /s3cret/, stack: /s3cret/ } })
  }
  t.notOk(logs.some(line => line.includes('s3cret-argument')), 'but never the arguments of a command')
})

t.test('an answer that does not fit its schema is a defect, not an answer', async t => {
  const { app } = await build(t)
  const admin = await login(app, 'admin')
  app.sessions.countLive = async () => NaN
  isProblem(t, await admin.call('GET', '/admin/stats'), 500, 'internal_error')
})

t.test('an unknown route is 404, whoever asks for it and whatever comes with it', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  for (const url of ['/', '/nowhere', '/ME', '/me/', '/me/data', '//me', '/v1/introspect', '/.env', '/session/data/a/b', '/docs/nowhere', '/docs/static/nowhere.js', '/..%2fetc%2fpasswd']) {
    isProblem(t, await alice.call('GET', url), 404, 'route_not_found', url)
  }
  const broken = await app.inject({ method: 'POST', url: '/nowhere?token=s3cret', payload: '{', headers: { 'content-type': 'application/json' } })
  t.ok([400, 404].includes(broken.statusCode), 'a broken body may be found out first')
  t.notMatch((await app.inject('/nowhere?token=s3cret')).body, /s3cret/, 'the query is not repeated')
})

t.test('each place of a request has a pointer of its own', async t => {
  const { app } = await build(t)
  const put = (url: string, payload: unknown) => app.inject({ method: 'PUT', url, payload: JSON.stringify(payload), headers: { 'content-type': 'application/json' } })
  isInvalid(t, await put('/session/data', { 'x/y~z': 1 }), ['body/key', 'body/value', 'body/x~1y~0z'])
  isInvalid(t, await put('/session/data?a=1&b=2', { key: 'k', value: 1 }), ['querystring/a', 'querystring/b'])
  isInvalid(t, await app.inject({ method: 'DELETE', url: '/sessions/7' }), ['params/sessionId'])
  const { detail, errors } = (await put('/session/data', { key: 1 })).json()
  t.match(detail, /^The request does not fit the schema of this route: body\/value .*; body\/key .*\.$/, 'the sentence names them all')
  t.equal(errors.length, 2)
})
