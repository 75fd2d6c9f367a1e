import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance, LightMyRequestResponse } from 'fastify'
import t, { type Test } from 'tap'
import type { ServiceConfig } from '../../src/config.ts'
import { createSeals } from '../../src/idempotency/seal.ts'
import { serviceError } from '../../src/sessions/errors.ts'
import { createKeyring } from '../../src/sessions/keyring.ts'
import { createKeys } from '../../src/store/keys.ts'
import { privateRedis } from '../faults/private-redis.ts'
import { build, buildAnother, inspector, login, randomKeyring } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { leaksIn, secretOf, secretsOfCredential } from '../leaks/secret.ts'
import { isInvalid, isProblem } from '../routes/problem.ts'
import { addService, asService } from '../routes/service.ts'
import { snapshots } from '../store/snapshot.ts'

const nobody = '00000000-0000-4000-8000-000000000000'

/** A service that may do everything, and what it asks for with an Idempotency-Key. */
async function opened (t: Test, env: Record<string, string> = {}) {
  const { app, config, logs } = await build(t, env)
  const service = await addService(app, 'shop', { scopes: ['sessions:create', 'sessions:write', 'sessions:revoke', 'sessions:read'] })
  return { app, config, logs, ...service, ...asking(app, service.key) }
}

function asking (app: FastifyInstance, key: string) {
  const { call } = asService(app, key)
  const ask = async (method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body: object | undefined, idempotencyKey: string, headers: Record<string, string> = {}) => {
    const response = await call(method, url, body, { 'idempotency-key': idempotencyKey, ...headers })
    const { sessionId } = response.body === '' ? {} : response.json()
    if (url === '/v1/sessions' && sessionId !== undefined) noteCredential(app, sessionId)
    return response
  }
  return { ask, openFor: (userId: string, idempotencyKey: string, more: object = {}) => ask('POST', '/v1/sessions', { userId, ...more }, idempotencyKey) }
}

/** Asks again as long as that fails, as it may for a moment after Redis was away. */
async function inTheEnd<T> (ask: () => Promise<T>): Promise<T> {
  for (const givenUpAt = Date.now() + 10_000; ;) {
    try {
      return await ask()
    } catch (error) {
      if (Date.now() > givenUpAt) throw error
      await sleep(20)
    }
  }
}

const sessionsOf = async (app: FastifyInstance, userId: string) => (await app.sessions.list({ userId }, 100, undefined)).count

const isReplayOf = (t: Test, again: LightMyRequestResponse, first: LightMyRequestResponse, message: string) => {
  const told = ({ statusCode, body, headers: { etag, 'content-type': type } }: LightMyRequestResponse) => [statusCode, body, type, etag]
  t.strictSame(told(again), told(first), message)
  t.strictSame([first.headers['idempotency-replayed'], again.headers['idempotency-replayed']], [undefined, 'true'], message)
}

/** The key in Redis under which it is kept what that service asked for, by the first key of the keyring. */
function placeOf ({ SESSION_KEYS, KEY_PREFIX }: ServiceConfig, idempotencyKey: string): string {
  const [seal] = createSeals(createKeyring(SESSION_KEYS))('shop', idempotencyKey)
  return createKeys(KEY_PREFIX).idempotency(String(seal?.tag), String(seal?.name))
}

t.test('over real connections, alone and many at once, the body that is read is the one that counts', async t => {
  const { app, key } = await opened(t)
  const origin = await app.listen({ port: 0, host: '127.0.0.1' })
  const openFor = async (userId: string, idempotencyKey: string) => {
    const response = await fetch(`${origin}/v1/sessions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify({ userId, claims: { text: userId.repeat(100) } })
    })
    const { sessionId, sid, code } = await response.json() as Record<string, string>
    if (sessionId !== undefined && response.ok) noteCredential(app, sessionId)
    return { status: response.status, sid, code }
  }
  t.match(await openFor('alone', 'k-alone'), { status: 201 })
  for (let round = 0; round < 3; round++) {
    const users = Array.from({ length: 20 }, (_, i) => `u-${round}-${i}`)
    const first = await Promise.all(users.map(userId => openFor(userId, userId)))
    t.ok(first.every(({ status }) => status === 201))
    t.strictSame(await Promise.all(users.map(userId => openFor(userId, userId))), first)
    for (const userId of users.slice(0, 3)) t.equal(await sessionsOf(app, userId), 1)
    t.match(await openFor('another', users[0] ?? ''), { status: 422, code: 'idempotency_key_reused' })
  }
})

t.test('a session that was asked for twice with one key was opened once, and both get its credential', async t => {
  const { app, openFor } = await opened(t)
  const first = await openFor('u', 'k-1')
  t.equal(first.statusCode, 201)
  isReplayOf(t, await openFor('u', 'k-1'), first, 'the same bytes')
  isReplayOf(t, await openFor('u', '"k-1"'), first, 'with quotation marks and without')
  t.equal(await sessionsOf(app, 'u'), 1)
  t.equal((await app.inject({ url: '/me', headers: { 'x-session-id': first.json().sessionId } })).statusCode, 200)
  t.not((await openFor('u', 'k-2')).json().sid, first.json().sid)
  t.equal(await sessionsOf(app, 'u'), 2)
})

t.test('without a key each request is one of its own', async t => {
  const { app, call } = await opened(t)
  for (let i = 0; i < 2; i++) {
    const response = await call('POST', '/v1/sessions', { userId: 'u' })
    noteCredential(app, response.json().sessionId)
    t.equal(response.headers['idempotency-replayed'], undefined)
  }
  t.equal(await sessionsOf(app, 'u'), 2)
})

t.test('of fifty at once over two instances one opens a session; the others get its answer, now or in a moment', async t => {
  const { app, config, key, openFor } = await opened(t)
  const other = asking(await buildAnother(t, config), key)
  const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => (i % 2 === 0 ? openFor : other.openFor)('u', 'k')))
  t.equal(await sessionsOf(app, 'u'), 1)
  const first = answers.find(({ statusCode, headers }) => statusCode === 201 && !('idempotency-replayed' in headers))
  if (first === undefined) return t.fail('nobody opened it')
  const early = answers.filter(({ statusCode }) => statusCode === 409)
  for (const answer of early) {
    isProblem(t, answer, 409, 'idempotency_key_in_use')
    t.equal(answer.headers['retry-after'], '1')
  }
  const replays = answers.filter(answer => answer !== first && !early.includes(answer))
  for (const answer of [...replays, await openFor('u', 'k'), await other.openFor('u', 'k')]) isReplayOf(t, answer, first, 'the answer of the first')
  t.equal(await sessionsOf(app, 'u'), 1)
})

t.test('every other write for services is done once, too', async t => {
  const { app, ask } = await opened(t)
  const [alice, bob, carol] = [await login(app), await login(app, 'bob'), await login(app, 'bob')]
  const twice = async (method: 'POST' | 'PUT' | 'PATCH' | 'DELETE', url: string, body: object | undefined, status: number) => {
    const idempotencyKey = randomUUID()
    const first = await ask(method, url, body, idempotencyKey)
    t.equal(first.statusCode, status, `${method} ${url}: ${first.body}`)
    isReplayOf(t, await ask(method, url, body, idempotencyKey), first, `${method} ${url}`)
    return first
  }
  await twice('PATCH', `/v1/sessions/${alice.id}`, { data: { a: 1 }, extendSeconds: 7200 }, 200)
  t.equal((await alice.call('GET', '/session/data')).headers.etag, '"1"', 'merged once')
  t.equal((await twice('PUT', `/v1/sessions/${alice.id}/data`, { data: { a: 2 } }, 200)).headers.etag, '"2"', 'replaced once')
  await twice('DELETE', `/v1/sessions/${alice.id}`, undefined, 200)
  await twice('DELETE', `/v1/sessions/${alice.id}`, undefined, 404)
  t.equal((await twice('POST', '/v1/sessions/end', { sessionIds: [bob.id] }, 200)).json().ended, 1)
  t.equal((await twice('DELETE', '/v1/sessions?userId=2', undefined, 200)).json().ended, 1)
  t.equal((await carol.call('GET', '/me')).statusCode, 401)
})

t.test('a key that came with another request is refused, whatever is different in it', async t => {
  const { app, ask, openFor, call } = await opened(t)
  const alice = await login(app)
  await openFor('u', 'k')
  await ask('DELETE', '/v1/sessions?userId=u2', undefined, 'd')
  for (const [method, url, body, idempotencyKey] of [
    ['POST', '/v1/sessions', { userId: 'v' }, 'k'],
    ['POST', '/v1/sessions', { userId: 'u', rotate: true }, 'k'],
    ['POST', '/v1/sessions/end', { userId: 'u', sessionIds: [alice.id] }, 'k'],
    ['POST', '/v1/sessions/end', { sessionIds: [alice.id] }, 'k'],
    ['PATCH', `/v1/sessions/${alice.id}`, { deviceName: 'TV' }, 'k'],
    ['DELETE', `/v1/sessions/${alice.id}`, undefined, 'd'],
    ['DELETE', '/v1/sessions?userId=1', undefined, 'd']
  ] as const) {
    const response = await ask(method, url, body, idempotencyKey)
    if ('userId' in (body ?? {}) && url.endsWith('end')) isInvalid(t, response, ['body/userId'], 'what does not fit is told first')
    else isProblem(t, response, 422, 'idempotency_key_reused', `${method} ${url}`)
  }
  t.equal((await alice.call('GET', '/me')).statusCode, 200)
  t.equal(await sessionsOf(app, 'v'), 0)
  t.equal((await call('DELETE', `/v1/sessions/${alice.id}`)).statusCode, 200, 'without the key it is done')
})

t.test('what a request asks to be there before is part of it', async t => {
  const { app, ask } = await opened(t)
  const alice = await login(app)
  const put = (idempotencyKey: string, headers?: Record<string, string>) => ask('PUT', `/v1/sessions/${alice.id}/data`, { data: { a: 1 } }, idempotencyKey, headers)
  const first = await put('without')
  t.equal(first.statusCode, 200)
  for (const ifMatch of ['"99"', '"1"', '*', '']) isProblem(t, await put('without', { 'if-match': ifMatch }), 422, 'idempotency_key_reused', ifMatch)
  isReplayOf(t, await put('without'), first, 'the same')

  const conditional = await put('with', { 'if-match': '"1"' })
  t.equal(conditional.statusCode, 200)
  for (const headers of [undefined, { 'if-match': '"2"' }]) isProblem(t, await put('with', headers), 422, 'idempotency_key_reused', JSON.stringify(headers))
  isReplayOf(t, await put('with', { 'if-match': '"1"' }), conditional, 'the same, whatever is there now')
})

t.test('the same scopes in another order are the same; fewer or more are not', async t => {
  const { app, openFor } = await opened(t)
  const first = await openFor('u', 'k')
  const scopes = ['sessions:create', 'sessions:read', 'sessions:revoke', 'sessions:write'] as const
  await app.callers.change('shop', { scopes: [...scopes] })
  isReplayOf(t, await openFor('u', 'k'), first, 'in another order')
  for (const others of [scopes.slice(0, 3), [...scopes, 'sessions:introspect' as const]]) {
    await app.callers.change('shop', { scopes: others })
    isProblem(t, await openFor('u', 'k'), 422, 'idempotency_key_reused', others.join(' '))
  }
})

t.test('the same key of another service is another key', async t => {
  const { app, openFor } = await opened(t)
  const store = asking(app, (await addService(app, 'store', { scopes: ['sessions:create'] })).key)
  const [first, second] = [await openFor('u', 'k'), await store.openFor('v', 'k')]
  t.strictSame([first.statusCode, second.statusCode, second.headers['idempotency-replayed']], [201, 201, undefined])
  isReplayOf(t, await store.openFor('v', 'k'), second, 'each has its own answer')
})

t.test('a header that names no key is refused before anything is done', async t => {
  const { app, ask, openFor } = await opened(t)
  for (const header of ['', 'a b', '"a', 'a, b', 'x'.repeat(129)]) isProblem(t, await openFor('u', header), 400, 'malformed_idempotency_key', header)
  isProblem(t, await ask('DELETE', `/v1/sessions/${nobody}`, undefined, '""'), 400, 'malformed_idempotency_key')
  t.equal(await sessionsOf(app, 'u'), 0)
})

t.test('who has no key or not the scope hears that first, and claims nothing', async t => {
  const { app, config } = await opened(t)
  const reader = await addService(app, 'reader', { scopes: ['sessions:read'] })
  const headers = { 'idempotency-key': 'k k' }
  isProblem(t, await app.inject({ method: 'POST', url: '/v1/sessions', headers, payload: { userId: 'u' } }), 401, 'no_service_key')
  isProblem(t, await reader.call('POST', '/v1/sessions', { userId: 'u' }, headers), 403, 'insufficient_scope')
  t.equal((await reader.call('GET', '/v1/sessions?userId=u', undefined, headers)).statusCode, 200, 'where it means nothing nobody looks at it')
  const redis = await inspector(t)
  t.notMatch(JSON.stringify(await snapshots(redis, config.KEY_PREFIX)), 'idempotency:')
})

t.test('a request that was refused for what it is leaves its key to a better one', async t => {
  const { app, ask, openFor } = await opened(t)
  const alice = await login(app)
  isInvalid(t, await openFor('u', 'k', { ipAddress: 'localhost' }), ['body/ipAddress'])
  isInvalid(t, await openFor('u', 'k', { unknown: 1 }), ['body/unknown'])
  isProblem(t, await openFor('u', 'k', { profile: { roles: ['admin'] } }), 403, 'insufficient_scope')
  isProblem(t, await openFor('u', 'k', { claims: { a: 'x'.repeat(1017) } }), 413, 'data_limit_exceeded')
  t.equal((await openFor('u', 'k')).statusCode, 201)
  isProblem(t, await ask('PATCH', `/v1/sessions/${alice.id}`, { data: { constructor: 1 } }, 'p'), 400, 'reserved_key')
  t.equal((await ask('PATCH', `/v1/sessions/${alice.id}`, { data: { a: 1 } }, 'p')).statusCode, 200)
  const put = (ifMatch: string) => ask('PUT', `/v1/sessions/${alice.id}/data`, { data: { a: 2 } }, 'q', { 'if-match': ifMatch })
  isProblem(t, await put('"99"'), 412, 'version_conflict', 'nothing was changed')
  t.equal((await put('"1"')).statusCode, 200)
})

t.test('a defect leaves the key to the next try; so does what was away', async t => {
  const { app, openFor } = await opened(t)
  const { open } = app.sessions
  for (const [error, status, code] of [[new Error('a defect'), 500, 'internal_error'], [serviceError('users_unavailable', 'Not now.'), 503, 'users_unavailable']] as const) {
    app.sessions.open = async () => { throw error }
    isProblem(t, await openFor('u', 'k'), status, code)
    app.sessions.open = open
  }
  t.equal((await openFor('u', 'k')).statusCode, 201)
})

t.test('a conflict is an answer like any other: who wants to try again takes another key', async t => {
  const { app, call, openFor } = await opened(t, { SESSION_LIMIT: '1', SESSION_LIMIT_POLICY: 'deny' })
  const { sid } = (await openFor('u', 'one')).json()
  const denied = await openFor('u', 'two')
  isProblem(t, denied, 409, 'session_limit_reached')
  t.equal((await call('DELETE', `/v1/sessions/${sid}`)).statusCode, 200)
  isReplayOf(t, await openFor('u', 'two'), denied, 'as it was')
  t.equal(await sessionsOf(app, 'u'), 0)
  t.equal((await openFor('u', 'three')).statusCode, 201)
})

t.test('while the first one runs others are told to come again; what was claimed by somebody who died is done by the next', async t => {
  const { app, config, logs, openFor } = await opened(t)
  const redis = await inspector(t)
  const { open } = app.sessions
  let goOn = () => {}
  const isHeld = new Promise<void>(resolve => {
    app.sessions.open = async user => {
      app.sessions.open = open
      resolve()
      await new Promise<void>(resolve => { goOn = resolve })
      return open(user)
    }
  })
  const slow = openFor('u', 'k')
  await isHeld
  const early = await openFor('u', 'k')
  isProblem(t, early, 409, 'idempotency_key_in_use')
  isProblem(t, await openFor('v', 'k'), 422, 'idempotency_key_reused')
  const leftMs = await redis.pttl(placeOf(config, 'k'))
  t.ok(leftMs > 28_000 && leftMs <= 30_000, `${leftMs} ms`)

  await redis.hset(placeOf(config, 'k'), 'u', 1) // half a minute later
  const next = await openFor('u', 'k')
  t.strictSame([next.statusCode, next.headers['idempotency-replayed']], [201, undefined])
  goOn()
  const late = await slow
  t.equal(late.statusCode, 201, 'it was not dead')
  t.equal(await sessionsOf(app, 'u'), 2)
  isReplayOf(t, await openFor('u', 'k'), next, 'the answer of who holds the claim')
  t.equal(logs.filter(line => line.includes('was not kept')).length, 1, 'the log says so')
})

t.test('an answer is kept for as long as it says, and not longer', async t => {
  const { config, openFor } = await opened(t, { IDEMPOTENCY_SECONDS: '60' })
  const redis = await inspector(t)
  const first = await openFor('u', 'k')
  const leftMs = await redis.pttl(placeOf(config, 'k'))
  t.ok(leftMs > 58_000 && leftMs <= 60_000, `${leftMs} ms`)
  await redis.hset(placeOf(config, 'k'), 'u', 1) // a minute later
  t.not((await openFor('u', 'k')).json().sid, first.json().sid)
})

t.test('while the keys roll over each instance knows what the other has answered; without the old key it is forgotten', async t => {
  const [one, two] = [randomKeyring().replace('test', 'a'), randomKeyring().replace('test', 'b')]
  const { app, config, key, openFor } = await opened(t, { SESSION_KEYS: one })
  const first = await openFor('u', 'k')
  const [adding, moving] = [await buildAnother(t, { ...config, SESSION_KEYS: `${one},${two}` }), await buildAnother(t, { ...config, SESSION_KEYS: `${two},${one}` })].map(app => asking(app, key))
  for (const each of [adding, moving]) isReplayOf(t, await each?.openFor('u', 'k') as LightMyRequestResponse, first, 'of the old key')
  const second = await moving?.openFor('v', 'l') as LightMyRequestResponse
  isReplayOf(t, await adding?.openFor('v', 'l') as LightMyRequestResponse, second, 'of the new key')
  isProblem(t, await moving?.openFor('w', 'k') as LightMyRequestResponse, 422, 'idempotency_key_reused')
  const last = asking(await buildAnother(t, { ...config, SESSION_KEYS: two }), key)
  t.equal((await last.openFor('u', 'k')).headers['idempotency-replayed'], undefined)
  t.equal(await sessionsOf(app, 'u'), 2)
})

t.test('an answer that cannot be opened is a defect, and nothing is done again', async t => {
  const { app, config, openFor } = await opened(t)
  const redis = await inspector(t)
  await openFor('u', 'k')
  const sealed = String(await redis.hget(placeOf(config, 'k'), 'a'))
  for (const damaged of [sealed.slice(0, -8), `${sealed.startsWith('A') ? 'B' : 'A'}${sealed.slice(1)}`, 'x'.repeat(38)]) {
    await redis.hset(placeOf(config, 'k'), 'a', damaged)
    isProblem(t, await openFor('u', 'k'), 500, 'internal_error')
  }
  t.equal(await sessionsOf(app, 'u'), 1)
})

t.test('Redis holds neither the credential nor the key, nor what was asked for', async t => {
  const { app, config, openFor } = await opened(t)
  const idempotencyKey = `order ${randomUUID()}`
  const { sessionId } = (await openFor('u', `"${idempotencyKey}"`, { deviceId: 'serial-4711' })).json()
  const redis = await inspector(t)
  const stored = JSON.stringify(await snapshots(redis, config.KEY_PREFIX))
  t.match(stored, placeOf(config, idempotencyKey))
  const secrets = [...secretsOfCredential('credential', sessionId), secretOf('Idempotency-Key', idempotencyKey), secretOf('device', 'serial-4711')]
  t.strictSame(leaksIn('Redis', stored, secrets), [])
  t.equal(await sessionsOf(app, 'u'), 1)
})

t.test('while Redis is away nothing is done with a key or without, and afterwards it is done once', async t => {
  const redis = await privateRedis(t)
  const { app, openFor } = await opened(t, { REDIS_URL: redis.url })
  await openFor('v', 'first') // and the scripts are known
  redis.freeze()
  const during = await Promise.all(Array.from({ length: 3 }, () => openFor('u', 'k')))
  for (const answer of during) isProblem(t, answer, 503, 'store_unavailable')
  redis.thaw()
  t.equal(await inTheEnd(() => sessionsOf(app, 'u')), 0)
  const answer = await inTheEnd(async () => {
    const answer = await openFor('u', 'k')
    if (answer.statusCode === 503) throw new Error(answer.body)
    return answer
  })
  t.equal(answer.statusCode, 201)
  t.equal(await inTheEnd(() => sessionsOf(app, 'u')), 1)
})
