import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { serviceError } from '../../src/sessions/errors.ts'
import { build, buildAnother, login } from '../harness.ts'
import { isInvalid, isProblem } from './problem.ts'
import { addService } from './service.ts'
import { addSigner } from './signer.ts'

interface Answer { revocations: Array<Record<string, unknown>>, position: string, more: boolean, ageMs: number }

async function opened (t: Test, env: Record<string, string> = {}) {
  const { app, config, logs } = await build(t, env)
  const service = await addService(app)
  /** On a busy machine the feed may take longer to come up than an answer may. */
  const read = async (query = ''): Promise<Answer> => {
    const response = await service.call('GET', `/v1/revocations${query}`)
    return response.statusCode === 503 ? read(query) : response.json<Answer>()
  }
  return { app, config, logs, service, read }
}

interface Event { id: string, event: string, data: Answer }

interface Streamed { response: IncomingMessage, events: Event[], told: () => Answer['revocations'], ended: Promise<unknown>, close: () => void }

/** Reads the server-sent events of a real connection, as long as a test does. An assertion, which is good once, is asked for. */
async function stream (t: Test, app: FastifyInstance, key: string | (() => string), { query = '', headers = {} }: { query?: string, headers?: Record<string, string> } = {}): Promise<Streamed> {
  if (!app.server.listening) await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  const asking = request({ host: '127.0.0.1', port, path: `/v1/revocations${query}`, headers: { accept: 'text/event-stream', authorization: `Bearer ${typeof key === 'string' ? key : key()}`, ...headers } }).end()
  const [response] = await once(asking, 'response') as [IncomingMessage]
  asking.on('error', () => {})
  if (response.statusCode === 503) return stream(t, app, key, { query, headers })
  response.on('error', () => {})
  t.teardown(() => asking.destroy())
  let text = ''
  const events: Event[] = []
  response.setEncoding('utf8').on('data', chunk => {
    const parts = (text + chunk).split('\n\n')
    text = parts.pop() ?? ''
    for (const part of parts) {
      const { id = '', event = '', data } = Object.fromEntries(part.split('\n').map(line => line.split(/: (.*)/s, 2)))
      if (data !== undefined) events.push({ id, event, data: JSON.parse(data) })
    }
  })
  const ended = new Promise(resolve => response.once('close', resolve))
  const told = () => events.flatMap(({ data }) => data.revocations)
  return { response, events, told, ended, close: () => asking.destroy() }
}

const until = async (isSo: () => boolean): Promise<void> => { while (!isSo()) await sleep(2) }

t.test('what ends is told: which session, whose, why, and until when that matters', async t => {
  const { app, read } = await opened(t)
  let empty = await read()
  // It may have been slow to come up.
  for (let left = 50; left > 0 && empty.ageMs >= 1000; left--) {
    await sleep(100)
    empty = await read()
  }
  t.match(empty, { revocations: [], more: false, position: /^\d+-\d+$/ })
  t.ok(empty.ageMs < 1000)
  const alice = await login(app)
  const answering = read(`?after=${empty.position}&wait=10`)
  await sleep(30)
  await alice.call('POST', '/logout')
  const told = await answering
  const [{ exp, position, ...revocation } = {}] = told.revocations
  t.strictSame(revocation, { sub: '1', sid: alice.id, reason: 'logged_out' })
  t.ok(Math.abs(Number(exp) - Date.now() / 1000 - 360) < 10)
  t.equal(position, told.position)
  t.match(await read(`?after=${told.position}`), { revocations: [] })
  t.match((await read()).revocations, [{ sid: alice.id }], 'and from the beginning it still is')
})

t.test('an end of everybody is one entry, of nobody in particular', async t => {
  const { app, read } = await opened(t)
  const { position } = await read()
  const { credential } = await login(app)
  const { token } = (await app.inject({ method: 'POST', url: '/session/token', headers: { 'x-session-id': credential }, payload: { audience: 'shop' } })).json<{ token: string }>()
  const [, claims = ''] = token.split('.')
  await app.sessions.endEverybody()
  const { revocations: [told = null] } = await read(`?after=${position}&wait=10`)
  t.match(told, { reason: 'everybody_ended', before: Number })
  t.strictSame(Object.keys(told ?? {}).sort(), ['before', 'exp', 'position', 'reason'])
  t.ok(JSON.parse(Buffer.from(claims, 'base64url').toString()).auth_time_ms <= Number(told?.before), 'its tokens are older')
})

t.test('the stream of a service that signs goes on though its assertion was good once, and ends with its key', async t => {
  const { app } = await opened(t)
  const signer = await addSigner(app, 'signer')
  const { events, ended } = await stream(t, app, () => signer.assertion())
  const until = performance.now() + 3500
  let isOver = false
  ended.then(() => { isOver = true })
  while (performance.now() < until) await sleep(50)
  t.notOk(isOver)
  t.ok(events.length > 5)
  await app.callers.removeKey('signer', signer.kid)
  await ended
})

t.test('a page at a time; an end of all is one', async t => {
  const { app, read } = await opened(t)
  const sessions = [await login(app), await login(app), await login(app)]
  await sessions[0]?.call('POST', '/logout')
  await sessions[1]?.call('DELETE', '/sessions/all?except=current')
  let first = await read('?limit=1')
  while (first.revocations.length === 0 || !first.more) first = await read('?limit=1')
  t.match(first, { revocations: [{ sid: sessions[0]?.id }], more: true })
  const rest = await read(`?after=${first.position}`)
  t.match(rest, { revocations: [{ sub: '1', except: sessions[1]?.id, reason: 'ended_all' }], more: false })
  t.notOk('sid' in (rest.revocations[0] ?? {}))
  t.ok(Math.abs(Number(rest.revocations[0]?.before) - Date.now()) < 10_000)
})

t.test('an end of all that keeps none says so by leaving it out', async t => {
  const { app, read } = await opened(t)
  const alice = await login(app)
  await alice.call('DELETE', '/sessions/all')
  let page = await read()
  while (page.revocations.length === 0) page = await read('?wait=1')
  t.strictSame(Object.keys(page.revocations[0] ?? {}).sort(), ['before', 'exp', 'position', 'reason', 'sub'])
})

t.test('what cannot be moved is moved later, and the log says why', async t => {
  const { app, logs, read } = await opened(t)
  const alice = await login(app)
  const { position } = await read()
  const { lrange } = app.redis
  app.redis.lrange = async () => { throw new Error('no outbox today') }
  await alice.call('POST', '/logout')
  await until(() => logs.some(line => line.includes('the feed of revocations is behind') && line.includes('no outbox today')))
  t.strictSame((await read(`?after=${position}`)).revocations, [])
  app.redis.lrange = lrange
  t.match((await read(`?after=${position}&wait=10`)).revocations, [{ sid: alice.id }])
})

t.test('what is wrong with a request is told', async t => {
  const { app, service, read } = await opened(t)
  const get = (query: string, headers = {}) => service.call('GET', `/v1/revocations${query}`, undefined, headers)
  isInvalid(t, await get('?after=1'), ['querystring/after'])
  isInvalid(t, await get('?limit=0&wait=31'), ['querystring/limit', 'querystring/wait'])
  isInvalid(t, await get('?limit=1001'), ['querystring/limit'])
  isInvalid(t, await get('', { 'last-event-id': 'x' }), ['headers/last-event-id'])
  const { position } = await read()
  for (const headers of [{}, { accept: 'text/event-stream' }]) {
    const old = await get('?after=1704067200000-0', headers)
    isProblem(t, old, 410, 'position_too_old')
    t.match(old.json(), { position: /^\d+-\d+$/ })
    isProblem(t, await get('?after=999999999999999-0', headers), 410, 'position_too_old')
  }
  t.match(await read(`?after=${position}`), { revocations: [] })
  t.equal((await service.call('HEAD', '/v1/revocations', undefined, { accept: 'text/event-stream' })).statusCode, 405)
  t.equal(app.revocations.readers(), 0)
  const other = await addService(app, 'other', { scopes: ['sessions:read'] })
  isProblem(t, await other.call('GET', '/v1/revocations'), 403, 'insufficient_scope')
  isProblem(t, await app.inject('/v1/revocations'), 401, 'no_service_key')
})

t.test('as a stream: what there is, then what comes, from any instance, with a word in between', async t => {
  const { app, config, service } = await opened(t)
  const elsewhere = await buildAnother(t, config)
  const [alice, bob] = [await login(elsewhere), await login(elsewhere, 'bob')]
  await alice.call('POST', '/logout')
  const { response, events, told } = await stream(t, app, service.key)
  t.equal(response.statusCode, 200)
  t.match(response.headers, { 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-content-type-options': 'nosniff', 'x-request-id': /./ })
  await until(() => told().length === 1)
  const endedAt = performance.now()
  await bob.call('POST', '/logout')
  await until(() => told().length === 2)
  t.ok(performance.now() - endedAt < 2000, `${performance.now() - endedAt} ms`)
  t.match(told(), [{ sid: alice.id }, { sid: bob.id, sub: '2' }])
  const count = events.length
  await until(() => events.length > count + 2)
  const last = events.at(-1)
  t.match(last, { event: 'heartbeat', data: { revocations: [], more: false } })
  t.equal(last?.id, last?.data.position)
  t.ok(Number(last?.data.ageMs) < 2000)
})

t.test('reading goes on where it was, by Last-Event-ID before `after`', async t => {
  const { app, service, read } = await opened(t)
  const before = (await read()).position
  const [one, two] = [await login(app), await login(app)]
  await one.call('POST', '/logout')
  let first = await read(`?after=${before}&wait=5`)
  while (first.revocations.length === 0) first = await read(`?after=${before}&wait=5`)
  await two.call('POST', '/logout')
  const page = (await service.call('GET', `/v1/revocations?after=${before}&wait=5`, undefined, { 'last-event-id': first.position })).json<{ revocations: object[] }>()
  t.match(page.revocations, [{ sid: two.id }], 'who asks page by page too')
  const { told } = await stream(t, app, service.key, { query: `?after=${before}`, headers: { 'last-event-id': first.position } })
  await until(() => told().length === 1)
  t.match(told(), [{ sid: two.id }])
  const again = await stream(t, app, service.key, { query: `?after=${before}` })
  await until(() => again.told().length === 2)
})

/** While nobody knows whose keys are there. */
function unknowing (app: FastifyInstance): () => void {
  const { holderOf } = app.callers
  app.callers.holderOf = async () => { throw serviceError('users_unavailable', 'away') }
  return () => { app.callers.holderOf = holderOf }
}

t.test('a stream ends when its key is taken away; not because nobody knows whether it is good', async t => {
  const { app, service } = await opened(t)
  const { events, ended } = await stream(t, app, service.key)
  await until(() => events.length > 8)
  const known = unknowing(app)
  const count = events.length
  await until(() => events.length > count + 8)
  known()
  await app.callers.remove('shop')
  await ended
  t.pass('it has ended')
})

t.test('a stream ends within a second of its key, or its scope, at another instance', async t => {
  const { app, config, service } = await opened(t)
  const elsewhere = await buildAnother(t, config)
  const other = await addService(app, 'other')
  for (const [{ key }, change] of [[service, () => app.callers.remove('shop')], [other, () => app.callers.change('other', { scopes: ['sessions:read'] })]] as const) {
    const { events, ended } = await stream(t, elsewhere, key)
    await until(() => events.length > 2)
    await change()
    const changedAt = performance.now()
    await ended
    const tookMs = performance.now() - changedAt
    // One beat more for a busy machine.
    t.ok(tookMs < 1250, `${tookMs} ms`)
  }
})

t.test('who waits is told nothing any more when its key has been taken away; but is if nobody knows', async t => {
  const { app, service, read } = await opened(t)
  const { position } = await read()
  const wait = () => service.call('GET', `/v1/revocations?after=${position}&wait=20`)
  const known = unknowing(app)
  const [alice, other] = [await login(app), await login(app)]
  const told = wait()
  await until(() => app.revocations.readers() === 1)
  await alice.call('POST', '/logout')
  t.match((await told).json(), { revocations: [{ sid: alice.id }] })
  known()

  const page = (await read(`?after=${position}`)).position
  const refused = service.call('GET', `/v1/revocations?after=${page}&wait=20`)
  await until(() => app.revocations.readers() === 1)
  await app.callers.remove('shop')
  await other.call('POST', '/logout')
  const answer = await refused
  isProblem(t, answer, 401, 'invalid_service_key')
  t.notMatch(answer.body, other.id)
})

t.test('who closes a stream is not told any more; a stop ends those that are open', async t => {
  const { app, config, service } = await opened(t)
  const elsewhere = await buildAnother(t, config)
  const one = await stream(t, app, service.key)
  await until(() => app.revocations.readers() === 1)
  one.close()
  await until(() => app.revocations.readers() === 0)

  const other = await stream(t, elsewhere, service.key)
  const waiting = service.call('GET', '/v1/revocations?wait=30')
  await until(() => other.events.length > 0 && elsewhere.revocations.readers() === 1)
  const from = performance.now()
  await elsewhere.close()
  await other.ended
  t.ok(performance.now() - from < 2000)
  await app.revocations.close()
  t.match((await waiting).json(), { revocations: [] })
  isProblem(t, await service.call('GET', '/v1/revocations'), 503, 'shutting_down')
})

t.test('without the near-cache it is the same', async t => {
  const { app, service } = await opened(t, { NEAR_CACHE_MS: '0' })
  const alice = await login(app)
  const { told } = await stream(t, app, service.key)
  await alice.call('POST', '/logout')
  await until(() => told().length === 1)
  t.match(told(), [{ sid: alice.id }])
})
