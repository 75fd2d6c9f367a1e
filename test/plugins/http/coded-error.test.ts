import t from 'tap'
import { build, login } from '../../harness.ts'
import { isProblem } from '../../routes/problem.ts'

const file = '/docs/static/swagger-ui.css'

t.test('what the documentation cannot give is the fault of who asks, and no line of the log is an error', async t => {
  const { app, logs } = await build(t)
  const cases: Array<[url: string, headers: Record<string, string>, status: number, code: Parameters<typeof isProblem>[3]]> = [
    ['/docs/static/%2e%2e/%2e%2e/package.json', {}, 404, 'route_not_found'],
    ['/docs/static/..%2f..%2fpackage.json', {}, 404, 'route_not_found'],
    ['/docs/static/nowhere.css', {}, 404, 'route_not_found'],
    ['/docs/static/%00', {}, 404, 'route_not_found'],
    [file, { range: 'bytes=99999999-' }, 416, 'range_not_satisfiable'],
    [file, { 'if-match': '"x"' }, 412, 'precondition_failed']
  ]
  for (const [url, headers, status, code] of cases) isProblem(t, await app.inject({ url, headers }), status, code, url)
  t.strictSame(logs.map(line => JSON.parse(line)).filter(({ level }) => level > 40), [])
  t.equal((await app.inject({ url: file, headers: { range: 'bytes=0-9' } })).body.length, 10, 'a range that is there is given')
})

t.test('no error that says to be of the caller is a 500', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  for (const statusCode of [400, 401, 402, 403, 404, 409, 418, 422, 429, 499]) {
    app.sessions.list = async () => { throw Object.assign(new Error('s3cret'), { statusCode }) }
    const response = await alice.call('GET', '/sessions')
    const isAbsent = [403, 404].includes(statusCode)
    isProblem(t, response, isAbsent ? 404 : 400, isAbsent ? 'route_not_found' : 'malformed_request', `${statusCode}`)
    t.notMatch(response.body, 's3cret')
  }
})

t.test('a body that is too large is told how large it may be and how large it is', async t => {
  const { app } = await build(t, { DATA_MAX_BYTES: '5000' })
  const json = { 'content-type': 'application/json' }
  const put = await app.inject({ method: 'PUT', url: '/session/data', payload: 'x'.repeat(20_001), headers: json })
  isProblem(t, put, 413, 'body_too_large')
  t.match(put.json(), { cap: 'body', max: 20_000, actual: 20_001, detail: /20000 bytes/ })
  const login = await app.inject({ method: 'POST', url: '/login', payload: 'x'.repeat(16_385), headers: json })
  t.match(login.json(), { code: 'body_too_large', max: 16_384, actual: 16_385 })

  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  const endless = new ReadableStream({ pull: controller => controller.enqueue(Buffer.alloc(9000, ' ')) })
  const chunked = await fetch(`${url}/login`, { method: 'POST', body: endless, headers: json, duplex: 'half' } as RequestInit)
  const { max, actual } = await chunked.json() as { max: number, actual?: number }
  t.strictSame([chunked.status, max, actual], [413, 16_384, undefined], 'unless it was not announced')
})
