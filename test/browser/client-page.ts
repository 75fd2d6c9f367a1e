import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import type { Browser, Page } from 'playwright-core'

type Step = (sentence: string, work: () => Promise<void>) => Promise<void>

const entry = fileURLToPath(new URL('../../packages/client/dist/index.js', import.meta.url))

/** What a page of somebody's has of the client: one script for browsers, without anything of Node in it. */
async function bundle (): Promise<string> {
  const { outputFiles: [file] } = await build({ entryPoints: [entry], bundle: true, write: false, format: 'iife', globalName: 'sessionService', platform: 'browser', logLevel: 'silent' })
  return String(file?.text)
}

/** A site of somebody's, with one page that loads the client; its origin is to be one of CORS_ORIGINS. */
export async function startSite () {
  const script = await bundle()
  const server = createServer(({ url }, response) => {
    const [type, body] = url === '/client.js' ? ['text/javascript', script] : ['text/html', '<!doctype html><title>shop</title><script src="/client.js"></script>']
    response.writeHead(200, { 'content-type': `${type}; charset=utf-8` }).end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    script,
    stop () {
      server.closeAllConnections()
      server.close()
    }
  }
}

type Site = Awaited<ReturnType<typeof startSite>>

/** Runs in the page: logs in, asks who that is, logs out, and is refused. */
const story = `async url => {
  const { createClient, SessionServiceError } = globalThis.sessionService
  const client = createClient({ url, timeoutMs: 5000 })
  const refusalOf = promise => promise.then(() => null, error => ({ code: error.code, status: error.status, isOwn: error instanceof SessionServiceError }))
  const login = await client.login({ body: { email: 'alice@example.com', password: 'password123' } })
  const session = login.body.sessionId
  const me = await client.me({ session })
  const logout = await client.logout({ session })
  return {
    origin: location.origin,
    statuses: [login.status, me.status, logout.status],
    email: me.body.user?.email ?? me.body.email,
    ended: await refusalOf(client.me({ session })),
    wrong: await refusalOf(client.login({ body: { email: 'alice@example.com', password: 'wrong' } }))
  }
}`

interface Told { origin: string, statuses: number[], email: string, ended: object, wrong: object }

async function tellsItsStory (page: Page, origin: string, url: string): Promise<void> {
  const told = await page.evaluate<Told>(`(${story})(${JSON.stringify(url)})`)
  assert.deepEqual(told, {
    origin,
    statuses: [200, 200, 200],
    email: 'alice@example.com',
    ended: { code: 'invalid_session', status: 401, isOwn: true },
    wrong: { code: 'login_failed', status: 401, isOwn: true }
  })
}

/** The client package in pages: of a site that CORS_ORIGINS names, of the service itself, and of one that it does not name. */
export async function useClient (browser: Browser, url: string, site: Site, stranger: Site, step: Step): Promise<void> {
  const opened = async (address: string) => {
    const page = await browser.newPage()
    await page.goto(address)
    return page
  }
  await step('a page of a site in CORS_ORIGINS logs in, asks who that is, logs out and is refused by code, with the client package', async () => {
    const page = await opened(site.origin)
    await tellsItsStory(page, site.origin, url)
    await page.close()
  })
  await step('and so does a page of the service itself', async () => {
    const page = await opened(`${url}/docs/`)
    await page.evaluate(site.script.replace('var sessionService', 'globalThis.sessionService'))
    await tellsItsStory(page, new URL(url).origin, url)
    await page.close()
  })
  await step('a page of another site is told nothing: to it the service is unreachable', async () => {
    const page = await opened(stranger.origin)
    const told = await page.evaluate<unknown>(`globalThis.sessionService.createClient({ url: ${JSON.stringify(url)}, timeoutMs: 5000 }).livez().then(() => null, ({ code, status }) => ({ code, status }))`)
    assert.deepEqual(told, { code: 'unreachable', status: 0 })
    await page.close()
  })
}
