import diagnostics from 'node:diagnostics_channel'
import type { FastifyInstance, RouteOptions } from 'fastify'
import t from 'tap'
import { build, login } from './harness.ts'
import { isProblem } from './routes/problem.ts'

/** Everything that answers without a session. Whoever adds a line here opens a door. */
const open = [
  'POST /login', 'POST /session/anonymous', 'GET /livez', 'GET /readyz', 'GET /openapi.json', 'GET /asyncapi.json', 'GET /.well-known/jwks.json', 'GET /.well-known/oauth-authorization-server',
  'GET /docs', 'GET /docs/json', 'GET /docs/yaml', 'GET /docs/static/*', 'GET /docs/static/index.html', 'GET /docs/static/swagger-initializer.js', 'GET /docs/static/theme/cursor.js'
]

interface Operation { security?: unknown[], requestBody?: { content: Record<string, { example: object }> } }
interface Document { paths: Record<string, Record<string, Operation>> }

t.test('no route answers without a session, or a key if it is for services, except those that are listed', async t => {
  const routes = collectRoutes()
  const { app } = await build(t)
  const paths = (await app.inject('/openapi.json')).json<Document>().paths
  const unguarded: string[] = []
  for (const [method, url] of routes()) {
    const operation = paths[url.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()]
    const payload = operation?.requestBody?.content['application/json']?.example
    const target = url.replace(':keyId', '0a1b2c3d4e5f6071').replace(':key', 'key').replace(':sessionId', '3f2a8c1e-5b7d-4e9f-8a6b-1c2d3e4f5a6b').replace(':userId', '2').replace(':channel', 'streams').replace(':name', 'shop').replace('*', 'x')
    const response = await app.inject({ method, url: target, ...(payload && { payload }) })
    const code = url.startsWith('/v1/') ? 'no_service_key' : 'no_session'
    if (response.statusCode !== 401 || response.json().code !== code) unguarded.push(`${method} ${url}`)
    if (!open.includes(`${method} ${url}`)) isProblem(t, response, 401, code, `${method} ${url}`)
  }
  t.strictSame(new Set(unguarded), new Set(open))
})

/** For administrators, and for services that may be told as much. */
const orServices = ['/admin/stats', '/admin/sessions/{sessionId}/explain']

t.test('the document says of every operation whether it needs a session or a key, and leaves none out', async t => {
  const routes = collectRoutes()
  const { app } = await build(t)
  const { paths } = (await app.inject('/openapi.json')).json<Document>()
  const documented = Object.entries(paths).flatMap(([path, operations]) => Object.keys(operations).map(method => `${method.toUpperCase()} ${path}`))
  // OpenAPI has no parameter that holds slashes; the text of GET /verify tells of /verify/*.
  const existing = routes().map(([method, url]) => `${method} ${url.replace(/:(\w+)/g, '{$1}')}`).filter(route => !/ \/(docs|openapi|asyncapi|verify\/\*)/.test(route))
  t.strictSame(new Set(documented), new Set(existing))
  for (const [path, operations] of Object.entries(paths)) {
    for (const [method, { security }] of Object.entries(operations)) {
      const isOpen = open.includes(`${method.toUpperCase()} ${path}`)
      if (path.startsWith('/v1/')) t.match(security, [{ serviceKey: [String] }, { serviceBasic: [String] }], `${method} ${path}`)
      else t.strictSame(security, isOpen ? [] : [{ sessionId: [] }, { bearer: [] }, { cookie: [] }, ...(orServices.includes(path) ? [{ serviceKey: ['admin'] }] : [])], `${method} ${path}`)
    }
  }
})

/** The routes of the next service that is built: method and URL. */
function collectRoutes (): () => Array<['GET' | 'POST', string]> {
  const found: Array<['GET' | 'POST', string]> = []
  const listen = (message: unknown) => {
    const { fastify } = message as { fastify: FastifyInstance }
    fastify.addHook('onRoute', ({ method, url }: RouteOptions) => {
      for (const name of [method].flat()) if (name !== 'HEAD') found.push([name as 'GET', url])
    })
  }
  diagnostics.subscribe('fastify.initialization', listen)
  return () => {
    diagnostics.unsubscribe('fastify.initialization', listen)
    return found
  }
}

t.test('every kind of error is a problem', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  const json = { 'content-type': 'application/json' }
  isProblem(t, await app.inject('/nowhere'), 404, 'route_not_found')
  isProblem(t, await app.inject('/%zz'), 400, 'malformed_request')
  isProblem(t, await app.inject({ method: 'DELETE', url: '/me' }), 405, 'method_not_allowed')
  isProblem(t, await alice.call('PUT', '/session/data', '{', json), 400, 'malformed_json')
  isProblem(t, await alice.call('PUT', '/session/data', 'x', { 'content-type': 'text/plain' }), 415, 'unsupported_media_type')
  isProblem(t, await alice.call('PUT', '/session/data', 'x'.repeat(70_000), json), 413, 'body_too_large')
  isProblem(t, await alice.call('PUT', '/session/data', {}), 400, 'validation_failed')
  isProblem(t, await alice.call('PUT', '/session/data', { key: 'a', value: 'x'.repeat(5000) }), 413, 'data_limit_exceeded')
  isProblem(t, await alice.call('PUT', '/session/data', { key: 'a', value: 1 }, { 'if-match': '"7"' }), 412, 'version_conflict')
  isProblem(t, await alice.call('GET', '/session/data/a'), 404, 'data_key_not_found')
  isProblem(t, await alice.call('GET', '/admin/stats'), 403, 'forbidden')
  isProblem(t, await app.inject('/me'), 401, 'no_session')
  app.sessions.readData = async () => { throw new Error('a defect') }
  isProblem(t, await alice.call('GET', '/session/data'), 500, 'internal_error')
})
