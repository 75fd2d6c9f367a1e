import type { FastifyInstance, InjectOptions } from 'fastify'
import t from 'tap'
import { placesOf, type Document, type Place } from '../fuzz/document.ts'
import { build, demo, inspector, login, loginByCookie } from '../harness.ts'
import { snapshots } from '../store/snapshot.ts'

/*
 * Sec-Fetch-Site × Origin × method × transport, refused and let in: test/attacks/own-site.test.ts. Repeated headers on a real connection:
 * test/plugins/cookie-mode.test.ts. Here: every operation of the document, so that none is forgotten, with the two other headers that a forged request
 * has, Referer and Content-Type.
 */

const host = 'sessions.example'

/** What a page of another site can make a browser send, old browsers and tampering proxies included; none of it is the service's own page. */
const origins: Array<Record<string, string>> = [
  {}, { origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site', origin: 'https://neighbour.example' }, { origin: `https://${host}`, 'sec-fetch-site': 'cross-site' }
]
const referers = [undefined, `https://${host}/docs`, 'https://evil.example/']
const contentTypes = ['application/json; charset=utf-8', 'text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', undefined]

/** A good request to an operation, as its example in the document has it. */
function requestTo ({ path, method, operation }: Place, otherId: string): InjectOptions & { url: string } {
  const example = operation.requestBody?.content['application/json']?.example
  const payloads: Record<string, object> = { login: { ...demo.alice, cookie: true }, openAnonymousSession: { cookie: true } }
  const payload = payloads[operation.operationId] ?? example
  return {
    method: method.toUpperCase() as 'POST',
    url: path.replace('{key}', 'kept').replace('{channel}', 'streams').replace('{sessionId}', otherId).replace('{userId}', '2').replace('{name}', 'shop').replace('{keyId}', '0a1b2c3d4e5f6071'),
    ...(payload !== undefined && { payload: JSON.stringify(payload) })
  }
}

function * everyCase (places: Place[], modes: Array<Record<string, string>>) {
  for (const place of places) {
    for (const mode of modes) {
      for (const origin of origins) {
        for (const referer of referers) {
          for (const type of contentTypes) yield { place, mode, origin, referer, type }
        }
      }
    }
  }
}

/** What is no JSON is refused before anything else is looked at; where there is no body, its type means nothing. What services ask has no use for cookies. */
function expectedOf ({ operation }: Place, hasBody: boolean, type: string | undefined): number[] {
  if (operation.security.some(scheme => 'serviceKey' in scheme)) return [401]
  if (!hasBody) return [403, 415]
  return type?.startsWith('application/json') ? [403] : [400, 415]
}

/** Everything that is stored, but the count of live sessions, which is written a moment later, and the log that is kept for whoever asked for live events. */
async function stateOf (redis: Awaited<ReturnType<typeof inspector>>, prefix: string): Promise<unknown> {
  const all = await snapshots(redis, prefix)
  return all.flatMap(({ keys }) => keys).filter(({ key }) => !/live-sessions|user-events/.test(key)).map(({ key, endsAtMs, content }) => [key, endsAtMs, content])
}

/** Alice by cookie with some data, and another session of hers. */
async function victimOf (app: FastifyInstance) {
  const [{ cookie, credential }, other] = [await loginByCookie(app), await login(app)]
  await app.inject({ method: 'PUT', url: '/session/data', payload: { key: 'kept', value: 1 }, headers: { 'x-session-id': credential } })
  return { cookie, credential, other }
}

const lasting = { TOUCH_INTERVAL_MS: '60000', HASH_QUEUE_LIMIT: '1000' }

t.test('every operation that changes something × Referer × Content-Type × origin, by cookie, with and without a header: refused, and nothing has changed', { timeout: 120_000 }, async t => {
  const { app, config } = await build(t, lasting)
  const redis = await inspector(t)
  const { cookie, credential, other } = await victimOf(app)
  const places = placesOf((await app.inject('/openapi.json')).json<Document>()).filter(({ method }) => method !== 'get')
  t.ok(places.length >= 9, `${places.length} operations`)
  const before = await stateOf(redis, config.KEY_PREFIX)
  const modes: Array<Record<string, string>> = [{ cookie }, { cookie, 'x-session-id': credential }]
  let refused = 0
  for (const { place, mode, origin, referer, type } of everyCase(places, modes)) {
    const request = requestTo(place, other.id)
    const headers = { host, ...mode, ...origin, ...(referer !== undefined && { referer }), ...(type !== undefined && { 'content-type': type }) }
    const response = await app.inject({ ...request, headers })
    if (!expectedOf(place, request.payload !== undefined, type).includes(response.statusCode)) t.fail(`${place.operation.operationId} ${JSON.stringify({ ...origin, referer, type })}: ${response.body}`)
    if (response.headers['set-cookie'] !== undefined) t.fail(`${place.operation.operationId} set a cookie`)
    refused++
  }
  t.comment(`${refused} refused`)
  t.strictSame(await stateOf(redis, config.KEY_PREFIX), before)
})

t.test('the same requests from the service’s own page, or by header alone, are not taken for forged', async t => {
  const { app } = await build(t, lasting)
  const places = placesOf((await app.inject('/openapi.json')).json<Document>()).filter(({ method }) => method !== 'get')
  // Where a request comes from is looked at before its session, so that a session which one of them has ended serves the next.
  const { cookie, credential, other } = await victimOf(app)
  for (const place of places) {
    const request = requestTo(place, other.id)
    const type: Record<string, string> = request.payload === undefined ? {} : { 'content-type': 'application/json' }
    const own = await app.inject({ ...request, headers: { host, cookie, ...type, 'sec-fetch-site': 'same-origin', referer: 'https://evil.example/' } })
    t.not(own.json().code, 'cross_site_request', `${place.operation.operationId}: Referer has no say`)
    if (['login', 'openAnonymousSession'].includes(place.operation.operationId)) continue
    const byHeader = await app.inject({ ...request, headers: { host, 'x-session-id': credential, ...type, 'sec-fetch-site': 'cross-site', origin: 'https://evil.example' } })
    t.not(byHeader.json().code, 'cross_site_request', `${place.operation.operationId}: no browser adds a header by itself`)
  }
})

t.test('what a link, an image or a prefetch can ask for changes nothing', async t => {
  const { app, config } = await build(t, lasting)
  const redis = await inspector(t)
  const { cookie, other } = await victimOf(app)
  const paths = [...new Set(placesOf((await app.inject('/openapi.json')).json<Document>()).map(({ path }) => path.replace('{key}', 'kept').replace('{channel}', 'streams').replace('{sessionId}', other.id).replace('{userId}', '2')))]
  const before = await stateOf(redis, config.KEY_PREFIX)
  const overrides: Array<Record<string, string>> = [{}, { 'x-http-method-override': 'DELETE' }, { 'x-http-method': 'DELETE' }, { 'x-method-override': 'POST' }]
  for (const path of paths) {
    for (const method of ['GET', 'HEAD', 'OPTIONS'] as const) {
      for (const override of overrides) {
        for (const query of ['', '?_method=DELETE', '?except=current', '?key=kept&value=2']) {
          const { statusCode, headers } = await app.inject({ method, url: path + query, headers: { cookie, 'sec-fetch-site': 'cross-site', ...override } })
          if (statusCode >= 500) t.fail(`${method} ${path}${query}: ${statusCode}`)
          if (headers['set-cookie'] !== undefined) t.fail(`${method} ${path}${query} set a cookie`)
        }
      }
    }
  }
  t.strictSame(await stateOf(redis, config.KEY_PREFIX), before)
  t.ok(paths.length >= 12, `${paths.length} paths`)
})
