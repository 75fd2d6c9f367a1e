/*
 * What examples/gateways/traefik.yml and envoy.yaml ask, without Traefik and Envoy: the service answers it, with the headers that docs/integrating.md names and they pass on.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { demo } from '../harness.ts'
import { runServer } from '../server-process.ts'

interface Traefik {
  http: {
    middlewares: Record<string, { forwardAuth: { address: string, authResponseHeaders: string[] } }>
    routers: Record<string, { middlewares: string[], service: string }>
    services: Record<string, object>
  }
}

interface Patterns { patterns: Array<{ exact?: string, prefix?: string }> }

interface Question {
  failure_mode_allow: boolean
  http_service: {
    server_uri: { uri: string }
    path_prefix: string
    authorization_request: { allowed_headers: Patterns }
    authorization_response: { allowed_upstream_headers: Patterns }
  }
}

interface Envoy { http_filters: [{ typed_config: Question }, { name: string }] }

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const traefik: Traefik = parse(read('examples/gateways/traefik.yml'))
const envoy: Envoy = parse(read('examples/gateways/envoy.yaml'))

const [answerOf200 = ''] = /^\| 200 \|.*$/m.exec(read('docs/integrating.md')) ?? []
const named = [...answerOf200.matchAll(/`(X-Session-\w+)`/g)].map(([, name = '']) => name)

t.test('who is logged in passes Traefik and Envoy, and the application is told who it is', async t => {
  const dataDir = mkdtempSync(join(tmpdir(), 'sessions-gateway-'))
  t.teardown(() => rmSync(dataDir, { recursive: true, force: true }))
  const url = String(await runServer(t, { DATA_DIR: dataDir, LOG_LEVEL: 'silent' }).url)
  const credentialOf = async (who: keyof typeof demo) => {
    const answer = await fetch(`${url}/login`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(demo[who]) })
    return String((await answer.json() as { sessionId: string }).sessionId)
  }
  const ask = async (address: string, credential: string, method = 'GET') => {
    const { status, headers } = await fetch(address.replace('http://sessions:3000', url), { method, headers: { 'x-session-id': credential } })
    return { status, told: named.filter(name => headers.has(name)) }
  }
  const [alice, admin] = [await credentialOf('alice'), await credentialOf('admin')]
  t.strictSame(named, ['X-Session-User', 'X-Session-Id', 'X-Session-Roles'], 'as the document names them')

  await t.test('traefik.yml: two questions, one for a role', async t => {
    const { middlewares, routers, services } = traefik.http
    for (const { forwardAuth: { address, authResponseHeaders } } of Object.values(middlewares)) {
      t.strictSame(authResponseHeaders, named, 'all are replaced')
      t.strictSame(await ask(address, admin), { status: 200, told: named })
      t.equal((await ask(address, alice)).status, address.includes('role=') ? 403 : 200)
      t.equal((await ask(address, 'nothing')).status, 401)
    }
    t.strictSame(Object.values(routers).flatMap(router => router.middlewares), Object.keys(middlewares), 'each is asked by a router')
    for (const { service } of Object.values(routers)) t.ok(service in services, service)
  })

  await t.test('envoy.yaml: one question before the router, by the method and with the path of the request', async t => {
    const [{ typed_config: { failure_mode_allow: isOpen, http_service: question } }, router] = envoy.http_filters
    t.match(router.name, /\.router$/)
    t.equal(isOpen, false)
    const address = `${question.server_uri.uri}${question.path_prefix}/orders/1`
    for (const method of ['GET', 'POST', 'DELETE']) {
      t.strictSame(await ask(address, admin, method), { status: 200, told: named }, method)
      t.equal((await ask(address, 'nothing', method)).status, 401, method)
    }
    const passes = ({ patterns }: Patterns, name: string) => patterns.some(({ exact, prefix }) => exact === name || (prefix !== undefined && name.startsWith(prefix)))
    for (const name of named) t.ok(passes(question.authorization_response.allowed_upstream_headers, name.toLowerCase()), name)
    for (const name of ['x-session-id', 'cookie', 'x-device-id', 'x-forwarded-for']) t.ok(passes(question.authorization_request.allowed_headers, name), name)
  })
})
