import t, { type Test } from 'tap'
import { build, login } from '../harness.ts'
import { isInvalid, isProblem } from './problem.ts'
import { addService } from './service.ts'

const nobody = '00000000-0000-4000-8000-000000000000'

/** A live session, what its own client sees of its data, and a service that may read and write that of any. */
async function opened (t: Test, { dataPrefix = '', env = {} }: { dataPrefix?: string, env?: Record<string, string> } = {}) {
  const { app } = await build(t, env)
  const alice = await login(app)
  const { call } = await addService(app, 'shop', { scopes: ['sessions:read', 'sessions:write'], dataPrefix })
  const url = `/v1/sessions/${alice.id}/data`
  return {
    app,
    alice,
    read: () => call('GET', url),
    replace: (data: unknown, headers: Record<string, string> = {}) => call('PUT', url, { data }, headers),
    call,
    mine: async () => (await alice.call('GET', '/session/data')).json<{ data: Record<string, unknown> }>().data
  }
}

t.test('a service reads what a session holds, and replaces it; it is no use', async t => {
  const { alice, read, replace, mine } = await opened(t)
  await alice.call('PATCH', '/session/data', { cart: ['a'], theme: 'dark' })
  const before = (await alice.call('GET', '/session')).json()
  const found = await read()
  t.strictSame([found.statusCode, found.json(), found.headers.etag], [200, { data: { cart: ['a'], theme: 'dark' } }, '"1"'])
  const replaced = await replace({ cart: ['a', 'b'], coupon: null, deep: { a: [1, { b: null }] } })
  t.strictSame([replaced.statusCode, replaced.json(), replaced.headers.etag], [200, { message: 'Session updated', sessionId: alice.id }, '"2"'])
  t.strictSame(await mine(), { cart: ['a', 'b'], coupon: null, deep: { a: [1, { b: null }] } }, 'null is a value here')
  t.equal((await alice.call('GET', '/session')).json().lastAccessedAt, before.lastAccessedAt)
  t.equal((await replace({})).headers.etag, '"3"')
  t.strictSame(await mine(), {})
})

t.test('what is as it was is not written again: no new version, nothing in the history', async t => {
  const { alice, replace } = await opened(t)
  await replace({ cart: 3, theme: 'dark' })
  const events = async () => (await alice.call('GET', '/me/activity')).json<{ events: Array<{ details: { changes?: number } }> }>().events
  const before = await events()
  t.equal((await replace({ theme: 'dark', cart: 3 })).headers.etag, '"1"')
  t.strictSame(await events(), before)
  t.equal((await replace({ theme: 'light', cart: 3 })).headers.etag, '"2"')
  t.match((await events())[0], { details: { changes: 2 } })
  t.equal((await alice.call('GET', '/session/data')).headers.etag, '"2"')
})

t.test('a service with a prefix sees and replaces what has it, and nothing else', async t => {
  const { alice, read, replace, mine } = await opened(t, { dataPrefix: 'shop.' })
  await alice.call('PATCH', '/session/data', { 'shop.cart': 1, 'shop.coupon': 2, theme: 'dark' })
  t.strictSame((await read()).json(), { data: { 'shop.cart': 1, 'shop.coupon': 2 } })
  isProblem(t, await replace({ 'shop.cart': 3, theme: 'light' }), 403, 'data_key_not_allowed')
  t.equal((await replace({ 'shop.cart': 3 })).statusCode, 200)
  t.strictSame(await mine(), { 'shop.cart': 3, theme: 'dark' })
})

t.test('with If-Match it replaces only what was read', async t => {
  const { alice, replace, mine } = await opened(t)
  t.equal((await replace({ a: 1 }, { 'if-match': '"0"' })).headers.etag, '"1"')
  const conflict = await replace({ a: 2 }, { 'if-match': '"0"' })
  isProblem(t, conflict, 412, 'version_conflict')
  t.strictSame([conflict.json().currentETag, conflict.headers.etag], ['"1"', '"1"'])
  t.equal((await replace({ a: 2 }, { 'if-match': '"0", "1"' })).statusCode, 200)
  t.equal((await replace({ a: 3 }, { 'if-match': '*' })).statusCode, 200)
  isProblem(t, await replace({ a: 4 }, { 'if-match': 'x' }), 400, 'malformed_etag')
  t.strictSame(await mine(), { a: 3 })
  t.equal((await alice.call('GET', '/session/data')).headers.etag, '"3"')
})

t.test('what changes between its two steps is replaced as well; while others change it all the while it gives up', async t => {
  const { app, alice, replace, mine } = await opened(t)
  const { readData } = app.sessionStore
  const meddling = (times: number) => {
    let left = times
    app.sessionStore.readData = async (id, key) => {
      const found = await readData(id, key)
      if (left-- > 0) await app.sessions.merge({ id }, { [`other${left}`]: 1 }, undefined)
      return found
    }
  }
  meddling(3)
  t.equal((await replace({ a: 1 })).statusCode, 200)
  t.strictSame(await mine(), { a: 1 })
  meddling(1)
  isProblem(t, await replace({ a: 2 }, { 'if-match': '"4"' }), 412, 'version_conflict', 'not over a change that it has not seen')
  meddling(Infinity)
  isProblem(t, await replace({ a: 3 }), 412, 'version_conflict')
  app.sessionStore.readData = readData
  t.not((await mine()).a, 3)
  t.equal((await alice.call('GET', '/me')).statusCode, 200)
})

t.test('over a cap nothing is replaced; all keys may become others', async t => {
  const { replace, mine } = await opened(t, { env: { DATA_MAX_KEYS: '3', DATA_MAX_VALUE_BYTES: '100', DATA_MAX_BYTES: '200' } })
  t.equal((await replace({ a: 1, b: 2, c: 3 })).statusCode, 200)
  t.equal((await replace({ d: 4, e: 5, f: 6 })).statusCode, 200)
  const tooMuch: Array<[data: object, cap: string]> = [[{ a: 1, b: 2, c: 3, d: 4 }, 'DATA_MAX_KEYS'], [{ a: 'x'.repeat(99) }, 'DATA_MAX_VALUE_BYTES'], [{ a: 'x'.repeat(90), b: 'x'.repeat(90), c: 'x'.repeat(90) }, 'DATA_MAX_BYTES']]
  for (const [data, cap] of tooMuch) {
    const refused = await replace(data)
    isProblem(t, refused, 413, 'data_limit_exceeded', cap)
    t.equal(refused.json().cap, cap)
  }
  isProblem(t, await replace({ constructor: 1 }), 400, 'reserved_key')
  t.strictSame(await mine(), { d: 4, e: 5, f: 6 })
})

t.test('of a session that is not live, or has ended meanwhile, nothing is read or written', async t => {
  const { app, alice, call, read, replace } = await opened(t)
  for (const answer of [await call('GET', `/v1/sessions/${nobody}/data`), await call('PUT', `/v1/sessions/${nobody}/data`, { data: {} })]) isProblem(t, answer, 404, 'session_not_found')
  const { readData } = app.sessionStore
  app.sessionStore.readData = async (id, key) => {
    const found = await readData(id, key)
    await alice.call('POST', '/logout')
    return found
  }
  isProblem(t, await replace({ a: 1 }), 404, 'session_not_found')
  app.sessionStore.readData = readData
  isProblem(t, await read(), 404, 'session_not_found')
})

t.test('a request that does not fit says where, and each is a scope of its own', async t => {
  const { app, alice, call, replace, mine } = await opened(t)
  isInvalid(t, await call('PUT', `/v1/sessions/${alice.id}/data`, {}), ['body/data'])
  isInvalid(t, await call('PUT', `/v1/sessions/${alice.id}/data`, { data: {}, more: 1 }), ['body/more'])
  isInvalid(t, await call('PUT', '/v1/sessions/x/data', { data: {} }), ['params/sessionId'])
  isInvalid(t, await replace({ 'a b': 1 }), ['body/data/a b'])
  isInvalid(t, await call('PUT', `/v1/sessions/${alice.id}/data`, '{"data":{"a":{"b":1e999}}}', { 'content-type': 'application/json' }), ['body/data/a/b'])
  const [reader, writer] = [await addService(app, 'reader', { scopes: ['sessions:read'] }), await addService(app, 'writer', { scopes: ['sessions:write'] })]
  isProblem(t, await reader.call('PUT', `/v1/sessions/${alice.id}/data`, { data: { a: 1 } }), 403, 'insufficient_scope')
  isProblem(t, await writer.call('GET', `/v1/sessions/${alice.id}/data`), 403, 'insufficient_scope')
  t.strictSame(await mine(), {})
})

t.test('a replacement with an Idempotency-Key is done once', async t => {
  const { alice, replace, mine } = await opened(t)
  const key = { 'idempotency-key': 'k' }
  t.equal((await replace({ a: 1 }, key)).statusCode, 200)
  await alice.call('PUT', '/session/data', { key: 'a', value: 2 })
  const again = await replace({ a: 1 }, key)
  t.strictSame([again.statusCode, again.headers['idempotency-replayed']], [200, 'true'])
  t.strictSame(await mine(), { a: 2 })
})
