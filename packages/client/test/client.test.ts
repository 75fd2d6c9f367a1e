import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { createClient, SessionServiceError } from '../src/index.ts'
import { alice, startService } from './service.ts'

t.test('every operation is a function, typed by the document of the service', async t => {
  const { url, client, logIn, keyFor } = await startService(t)
  const session = await logIn()
  t.match((await client.me({ session })).body.user, { id: 1, email: alice.email })
  t.match((await client.putSessionData({ session, body: { key: 'cart', value: { apples: 3 } } })).body, { key: 'cart', value: { apples: 3 } })
  const { body, headers } = await client.getSessionDataKey({ session, params: { key: 'cart' } })
  t.strictSame([body.value, headers.get('etag')], [{ apples: 3 }, '"1"'])
  const conflict = client.putSessionData({ session, body: { key: 'cart', value: 1 }, headers: { 'if-match': '"7"' } })
  await t.rejects(conflict, { name: 'SessionServiceError', code: 'version_conflict', status: 412, problem: { currentETag: '"1"' } })
  t.equal((await client.listSessions({ session, query: { limit: '1' } })).body.count, 1)

  const shop = createClient({ url: `${url}/`, key: await keyFor('shop', ['sessions:introspect', 'sessions:create', 'sessions:read']) })
  t.match((await shop.introspect({ body: { token: session } })).body, { active: true, sub: '1' })
  const opened = await shop.openUserSession({ body: { userId: 'a/b&c', claims: { plan: 'gold' } } })
  t.equal(opened.status, 201)
  t.equal((await shop.listUserSessions({ query: { userId: 'a/b&c' } })).body.count, 1)
  t.equal((await shop.showUserSession({ params: { sessionId: opened.body.sid } })).body.userId, 'a/b&c')
  await t.rejects(shop.endUserSessions({ query: { userId: 'a/b&c', address: undefined } }), { name: 'TypeError', message: /address/ }, 'not all of them for want of an address')
  await t.rejects(shop.listUserSessions({ query: { userId: undefined } }), { name: 'TypeError', message: /userId/ }, 'nor everybody’s for want of a user')
  await t.rejects(shop.endUserSession({ params: { sessionId: opened.body.sid } }), { code: 'insufficient_scope', problem: { scope: 'sessions:revoke' } })
  await t.rejects(client.introspect({ body: { token: session } }), { code: 'no_service_key', status: 401 })
  await t.rejects(client.login({ body: { ...alice, password: 'wrong' } }), { code: 'login_failed', retryAfterMs: null })
  await t.rejects(client.me(), { code: 'no_session' })
})

/** A server that answers so, and counts. */
async function answering (t: Test, listener: RequestListener) {
  let count = 0
  const server = createServer((request, response) => {
    count++
    request.resume()
    listener(request, response)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.closeAllConnections(); server.close() })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked: () => count }
}

const busy: RequestListener = (_request, response) => {
  response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '2' })
    .end(JSON.stringify({ type: 'x', title: 'x', status: 503, detail: 'The session store does not answer.', code: 'store_unavailable', error: 'x' }))
}

t.test('what changes nothing is asked again when there is no answer, anything else never', async t => {
  const { url, asked } = await answering(t, busy)
  const client = createClient({ url, key: 'ssk_x', retries: 2 })
  const refused = { code: 'store_unavailable', status: 503, retryAfterMs: 2000 }
  for (const [call, times] of [[client.me, 3], [() => client.introspect({ body: { token: 'x' } }), 3], [() => client.login({ body: alice }), 1], [client.logout, 1], [() => client.endUserSession({ params: { sessionId: 'x' } }), 1]] as const) {
    const before = asked()
    await t.rejects((call as () => Promise<unknown>)(), refused)
    t.equal(asked() - before, times)
  }
  let left = 1
  const breaking = await answering(t, (_request, response) => {
    if (left-- > 0) response.destroy()
    else response.writeHead(200).end('{"status":"ok"}')
  })
  t.equal((await createClient({ url: breaking.url }).livez()).body.status, 'ok', 'a link that breaks')
})

t.test('what a URL would lose is not asked for', async t => {
  const { url, asked } = await answering(t, busy)
  const client = createClient({ url, key: 'ssk_x' })
  for (const sessionId of ['', '.', '..', undefined]) {
    for (const call of [client.endUserSession, client.showUserSession]) await t.rejects((call as (input: object) => Promise<unknown>)({ params: { sessionId } }), { name: 'TypeError', message: /needs a value for sessionId/ })
  }
  await t.rejects((client.endUserSession as (input: object) => Promise<unknown>)({}), { name: 'TypeError' })
  t.equal(asked(), 0)
})

t.test('a write with an Idempotency-Key is asked again like a read, and done once', async t => {
  const { url, asked } = await answering(t, busy)
  const client = createClient({ url, key: 'ssk_x', retries: 2 })
  const refused = { code: 'store_unavailable' }
  const idempotencyKey = 'order "4711" \\ 1'
  const params = { sessionId: '00000000-0000-4000-8000-000000000000' }
  for (const call of [
    () => client.openUserSession({ idempotencyKey, body: { userId: 'u' } }), () => client.changeUserSession({ idempotencyKey, params, body: { deviceName: 'TV' } }), () => client.endUserSession({ idempotencyKey, params }),
    () => client.putUserSessionData({ idempotencyKey, params, body: { data: { cart: 3 } } }),
    () => client.endListedSessions({ idempotencyKey, body: { sessionIds: [params.sessionId] } }), () => client.endUserSessions({ idempotencyKey, query: { userId: 'u' } })
  ]) {
    const before = asked()
    await t.rejects((call as () => Promise<unknown>)(), refused)
    t.equal(asked() - before, 3)
  }
  const before = asked()
  await t.rejects(client.openUserSession({ body: { userId: 'u' } }), refused)
  await t.rejects(client.login({ body: alice, idempotencyKey } as never), refused)
  t.equal(asked() - before, 2, 'not without one, nor where it says nothing')

  const service = await startService(t)
  const key = await service.keyFor('shop', ['sessions:create', 'sessions:read'])
  let answers = 0
  const forgetful: typeof fetch = async (...request) => {
    const answer = await fetch(...request)
    if (answers++ === 0) throw new Error('the answer was lost')
    return answer
  }
  const shop = createClient({ url: service.url, key, fetch: forgetful, timeoutMs: 5000 })
  const { status, headers, body } = await shop.openUserSession({ idempotencyKey, body: { userId: 'u' } })
  t.strictSame([answers, status, headers.get('idempotency-replayed')], [2, 201, 'true'])
  t.equal((await service.client.me({ session: body.sessionId })).status, 200)
  t.equal((await shop.listUserSessions({ query: { userId: 'u' } })).body.count, 1)
  await t.rejects(shop.openUserSession({ idempotencyKey, body: { userId: 'v' } }), { code: 'idempotency_key_reused', status: 422 })

  let left = 1
  const running = await answering(t, (_request, response) => {
    if (left-- > 0) response.writeHead(409, { 'content-type': 'application/problem+json', 'retry-after': '1' }).end('{"code":"idempotency_key_in_use","status":409,"detail":"x"}')
    else response.writeHead(201).end('{"sid":"x"}')
  })
  t.equal((await createClient({ url: running.url, key: 'ssk_x' }).openUserSession({ idempotencyKey, body: { userId: 'u' } })).body.sid, 'x', 'the first one was not done yet')
})

t.test('each try has an assertion of its own, and only where a service asks', async t => {
  const seen: Array<string | undefined> = []
  const { url } = await answering(t, (request, response) => {
    seen.push(request.headers.authorization)
    busy(request, response)
  })
  let signed = 0
  const shop = createClient({ url, assertion: async () => `eyJ${++signed}`, retries: 2 })
  await t.rejects(shop.introspect({ body: { token: 'x' } }), { code: 'store_unavailable' })
  t.strictSame(seen.splice(0), ['Bearer eyJ1', 'Bearer eyJ2', 'Bearer eyJ3'])
  await t.rejects(shop.endUserSession({ params: { sessionId: 'x' } }), { code: 'store_unavailable' })
  await t.rejects(shop.me({ session: 'mine' }), { code: 'store_unavailable' })
  t.strictSame(seen, ['Bearer eyJ4', undefined, undefined, undefined])
  const locked = createClient({ url, assertion: async () => { throw new Error('the key is locked') } })
  await t.rejects(locked.introspect({ body: { token: 'x' } }), { message: 'the key is locked' }, 'what it throws is thrown')
  t.equal(seen.length, 4, 'and nothing is sent')
})

t.test('nothing waits for longer than it may, and what is no answer of the service is none', async t => {
  const silent = await answering(t, () => {})
  const from = performance.now()
  await t.rejects(createClient({ url: silent.url, timeoutMs: 100, retries: 0 }).me(), { code: 'unreachable', status: 0 })
  t.ok(performance.now() - from < 1000)
  const stop = new AbortController()
  setTimeout(() => stop.abort(), 50)
  await t.rejects(createClient({ url: silent.url, retries: 5 }).me({ signal: stop.signal }), { code: 'unreachable' })
  t.equal(silent.asked(), 2, 'who gave up does not ask again')
  await t.rejects(createClient({ url: 'http://127.0.0.1:1' }).me(), { code: 'unreachable' })
  for (const body of ['<html>', '{"code":7}', 'null']) {
    const other = await answering(t, (_request, response) => { response.writeHead(502).end(body) })
    await t.rejects(createClient({ url: other.url, retries: 0 }).me(), { code: 'unreachable' }, body)
  }
  const html = await answering(t, (_request, response) => { response.writeHead(200).end('<html>') })
  await t.rejects(createClient({ url: html.url, retries: 0 }).me(), { code: 'unreachable' })
  const elsewhere = await answering(t, (_request, response) => { response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end() })
  await t.rejects(createClient({ url: elsewhere.url, retries: 0 }).me(), { code: 'unreachable' }, 'a credential is not sent on')
  const broken = createClient({ url: 'http://x', fetch: async () => { throw new Error('broken') } })
  await t.rejects(broken.me(), SessionServiceError)
})
