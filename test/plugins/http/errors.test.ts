import t from 'tap'
import { serviceError } from '../../../src/sessions/errors.ts'
import { build, login } from '../../harness.ts'
import { isProblem } from '../../routes/problem.ts'

t.test('a defect is a 500 that tells nothing, and a log line that tells all under the same id', async t => {
  const { app, logs } = await build(t)
  const alice = await login(app)
  const thrown: unknown[] = [
    new TypeError('cannot read s3cret of undefined'),
    Object.assign(new Error('ERR wrong s3cret'), { name: 'ReplyError', command: { name: 'evalsha', args: ['s3cret-argument'] } }),
    Object.assign(new Error('s3cret'), { statusCode: 503 }),
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
  for (const url of ['/', '/nowhere', '/ME', '/me/', '/me/nothing', '//me', '/v2/introspect', '/.env', '/session/data/a/b', '/docs/nowhere', '/docs/static/nowhere.js', '/..%2fetc%2fpasswd']) {
    isProblem(t, await alice.call('GET', url), 404, 'route_not_found', url)
  }
  const broken = await app.inject({ method: 'POST', url: '/nowhere?token=s3cret', payload: '{', headers: { 'content-type': 'application/json' } })
  isProblem(t, broken, 404, 'route_not_found', 'its body is not read')
  t.notMatch((await app.inject('/s3cret?token=s3cret')).body, /s3cret/, 'neither path nor query is repeated')
})

t.test('what is away is one line a request, with the code and what the driver says, and no error of its own', async t => {
  const { app, logs } = await build(t)
  const alice = await login(app)
  app.sessions.list = async () => { throw serviceError('store_unavailable', 'Retry.', { cause: new Error('Connection is closed.') }) }
  app.sessions.describe = async () => { throw serviceError('store_unavailable', 'Retry.') }
  logs.length = 0
  isProblem(t, await alice.call('GET', '/sessions'), 503, 'store_unavailable')
  isProblem(t, await alice.call('GET', '/session'), 503, 'store_unavailable')
  isProblem(t, await app.inject('/me'), 401, 'no_session')
  t.equal(logs.length, 3)
  const [caused, plain, refused] = logs.map(line => JSON.parse(line))
  t.match(caused, { level: 30, msg: 'request', route: '/sessions', status: 503, code: 'store_unavailable', cause: 'Connection is closed.' })
  t.match(plain, { route: '/session', code: 'store_unavailable', cause: undefined })
  t.match(refused, { route: '/me', status: 401, code: 'no_session' })
})
