// The page of live events: what is in examples/live/page, the built client package, and nothing else. The page itself talks to the service.
//   SESSIONS_URLS=http://127.0.0.1:3000 node examples/live/serve.mjs
// A browser keeps one session a host: http://127.0.0.1:8080 and http://localhost:8080 are two devices, of the first and the last service that is named.
// The services need both in CORS_ORIGINS.
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname } from 'node:path'

const { PAGE_PORT = '8080', SESSIONS_URLS = 'http://127.0.0.1:3000' } = process.env
const services = SESSIONS_URLS.split(',')
const root = new URL('../../', import.meta.url)
const START = '/examples/live/page/'
const served = /^\/(?:examples\/live\/page\/[\w-]+\.\w+|packages\/client\/dist\/[\w-]+\.js|examples\/cart\.mjs)$/
const types = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.mjs': 'text/javascript' }

/** The service of a window, under the window's own host name: a cookie goes to no other. */
function serviceOf (host = '') {
  const { hostname } = new URL(`http://${host}`)
  const url = new URL(hostname === 'localhost' ? services.at(-1) : services[0])
  if (hostname === 'localhost' && url.hostname === '127.0.0.1') url.hostname = hostname
  return url.origin
}

const policyFor = service => `default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self' ${service} ${service.replace(/^http/, 'ws')}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

async function answer ({ headers: { host }, url = '' }, response) {
  const { pathname } = new URL(url, 'http://page')
  if (pathname === '/') return response.writeHead(302, { location: START }).end()
  const service = serviceOf(host)
  if (pathname === `${START}service.json`) return response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ url: service }))
  const file = pathname === START ? `${START}index.html` : pathname
  if (!served.test(file)) return response.writeHead(404).end()
  const content = await readFile(new URL(`.${file}`, root))
  response.writeHead(200, {
    'content-type': `${types[extname(file)]}; charset=utf-8`,
    'content-security-policy': policyFor(service),
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-cache'
  }).end(content)
}

createServer((request, response) => {
  answer(request, response).catch(() => response.writeHead(404).end())
}).listen(Number(PAGE_PORT), '127.0.0.1', () => console.log(`Two windows: http://127.0.0.1:${PAGE_PORT} and http://localhost:${PAGE_PORT}`))
