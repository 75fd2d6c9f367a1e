import type { InjectOptions } from 'fastify'
import t from 'tap'
import { build, demo, login, loginByCookie } from '../harness.ts'

const listed = 'https://shop.example'
const host = 'sessions.example:8443'

/** What browsers and forgers send; undefined is no such header. */
const sites = [undefined, 'same-origin', 'none', 'same-site', 'cross-site', '', 'Same-Origin', 'same-origin, cross-site']
const origins = [
  undefined, listed, `https://${host}`, `http://${host}`, 'https://sessions.example', 'https://evil.example', 'https://shop.example.evil.example', 'https://evilshop.example', 'https://shop.example:444',
  'http://shop.example', 'https://SHOP.example', 'https://shop.example/', `${listed}, https://evil.example`, 'null', ''
]

/** One request of each method; that none of them ends the session lets all of them use it. */
const requests: Array<Pick<InjectOptions, 'method' | 'url' | 'payload'>> = [
  { method: 'GET', url: '/me' },
  { method: 'HEAD', url: '/me' },
  { method: 'PUT', url: '/session/data', payload: { key: 'a', value: 1 } },
  { method: 'PATCH', url: '/session/data', payload: { a: 1 } },
  { method: 'DELETE', url: '/session/data/b' },
  { method: 'DELETE', url: '/sessions/all?except=current' },
  { method: 'POST', url: '/login', payload: { ...demo.bob, cookie: true } },
  { method: 'POST', url: '/login', payload: demo.bob }
]

interface Case { site: string | undefined, origin: string | undefined, request: typeof requests[number], transport: string }

/**
 * The rule, as the standard for it is read, and not as the service computes it: what a cookie moves, or what makes one, has to be meant. It is if the
 * browser says that the user or a page of this origin asked, if the page is on the list, or, where the browser does not say, if the page is of this origin.
 */
function isLetIn ({ site, origin, request, transport }: Case): boolean {
  const makesCookie = Object(request.payload).cookie === true
  const movedByCookie = request.url !== '/login' && transport.includes('cookie')
  const changes = request.method !== 'GET' && request.method !== 'HEAD'
  if (!makesCookie && !(movedByCookie && changes)) return true
  if (['same-origin', 'none'].includes(`${site}`) || origin === 'https://shop.example') return true
  return site === undefined && origin === 'https://sessions.example:8443'
}

t.test('what changes something by cookie has to come from where it may: every header × origin × method × transport', { timeout: 120_000 }, async t => {
  const { app } = await build(t, { CORS_ORIGINS: listed, HASH_QUEUE_LIMIT: '1000' })
  const [{ cookie, credential }, other] = [await loginByCookie(app), await login(app)]
  await other.call('PUT', '/session/data', { key: 'b', value: 1 })
  // Both at once is the cookie's case: the cookie took part.
  const transports: Record<string, Record<string, string>> = {
    header: { 'x-session-id': credential }, bearer: { authorization: `Bearer ${credential}` }, cookie: { cookie }, 'cookie and header': { cookie, 'x-session-id': credential }
  }
  const wrong: string[] = []
  let [letIn, refused] = [0, 0]
  for (const { site, origin, request, transport } of everyCase(Object.keys(transports))) {
    const headers = { host, ...transports[transport], ...(site !== undefined && { 'sec-fetch-site': site }), ...(origin !== undefined && { origin }) }
    const response = await app.inject({ ...request, headers })
    const expected = isLetIn({ site, origin, request, transport })
    const isRefused = response.statusCode === 403 && response.json().code === 'cross_site_request'
    const isDone = [200, 404].includes(response.statusCode)
    if (expected ? !isDone : !isRefused) wrong.push(`${request.method} ${request.url} by ${transport}, Sec-Fetch-Site: ${site}, Origin: ${origin}: ${response.statusCode}`)
    if (isRefused && response.headers['set-cookie'] !== undefined) wrong.push('a refused login set a cookie')
    if (expected) letIn++
    else refused++
  }
  t.strictSame(wrong, [])
  t.comment(`${letIn} let in, ${refused} refused`)
  t.ok(letIn > 500 && refused > 500, 'either is most of nothing')
})

/** Logins are hashed, so each of their two kinds is asked once for all transports. */
function * everyCase (transports: string[]): Generator<Case> {
  for (const request of requests) {
    for (const transport of request.url === '/login' ? ['header'] : transports) {
      for (const site of sites) for (const origin of origins) yield { site, origin, request, transport }
    }
  }
}
