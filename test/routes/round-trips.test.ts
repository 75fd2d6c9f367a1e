import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { build, demo, inspector, login, redisUrl } from '../harness.ts'
import { noteCredential } from '../leaks/known.ts'
import { addService, asService } from './service.ts'
import { addSigner, newPair } from './signer.ts'

interface Answer { statusCode: number, raw?: { req: { method?: string | undefined, url?: string | undefined } } }

/** Operations of the API whose calls were counted, as `GET /me`. */
const counted = new Set<string>()
const { paths } = JSON.parse(readFileSync(new URL('../../openapi/openapi.json', import.meta.url), 'utf8')) as { paths: Record<string, object> }

/** The most literal of the paths that fit: `/sessions/all` is not `/sessions/{sessionId}`. */
function noteOperation ({ raw }: Answer): void {
  const [path = ''] = (raw?.req.url ?? '').split('?')
  const fits = (known: string) => new RegExp(`^${known.replace(/\./g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`).test(path)
  const [found] = Object.keys(paths).filter(fits).sort((a, b) => a.split('{').length - b.split('{').length)
  if (found !== undefined) counted.add(`${raw?.req.method} ${found}`)
}

/** Calls of a service that reach Redis, as its MONITOR sees them; what a script calls inside costs no round trip. */
async function watch (t: Test, prefix: string) {
  const redis = await inspector(t)
  // Not ioredis' monitor(): beside other traffic it takes the first lines for replies and breaks off.
  const monitor = connect(redisUrl.replace(/^unix:\/\//, ''))
  t.teardown(() => monitor.destroy())
  let seen: string[] = []
  createInterface(monitor).on('line', line => {
    const [command = '', ...args] = [...line.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map(([, word = '']) => word)
    const key = args.find(arg => arg.includes(prefix))
    // Beside them it proves, several times a second, that news of changes arrives, and reads whether everybody was logged out.
    if (!/^\+\S+ \[\d+ lua\]/.test(line) && key !== undefined && !/session-changes|not-before-everybody/.test(key)) seen.push(`${command} ${key}`)
  })
  monitor.write('MONITOR\r\n')
  // What the service does by itself, whoever asks: look for drift after its start, tell the live count after a change, and once a second what credentials were invalid.
  const quiet = async (ms: number) => {
    do { seen = []; await sleep(ms) } while (seen.length > 0)
  }
  await quiet(800)
  return {
    /** Calls that have reached Redis since the last count began, whether or not they were answered. */
    underWay: () => seen.length,
    /** The status of the answer and the calls that it took; those that tell the live count only if `withLiveCount`, those of every second never. */
    async count (work: () => Promise<Answer>, withLiveCount = false): Promise<[status: number, calls: number]> {
      if (withLiveCount) await quiet(400)
      seen = []
      const answer = await work()
      const { statusCode } = answer
      noteOperation(answer)
      await redis.ping() // everything before it has been seen
      await sleep(50)
      return [statusCode, seen.filter(call => !call.includes('login-failures:credential:') && (withLiveCount || !call.includes('live-sessions'))).length]
    }
  }
}

/** A hundred sessions, each of a user of its own, and a service that asks about them. */
async function hundred (app: FastifyInstance) {
  const { call } = await addService(app, 'shop')
  const opened = await Promise.all(Array.from({ length: 100 }, (_, i) => app.sessions.open({ userId: `user-${i}`, profile: { email: '', name: '', roles: [] }, ipAddress: '', userAgent: '' })))
  const tokens = opened.map(({ credential }) => credential)
  for (const token of tokens) noteCredential(app, token)
  return {
    tokens,
    /** For the service `shop`, about the same sessions. */
    signed: () => Promise.all(opened.map(async ({ session }) => (await app.tokens.issue(session, 'shop')).token)),
    batch: (tokens: string[], include?: string) => call('POST', '/v1/introspect/batch', { tokens, ...(include !== undefined && { include }) }),
    async end (i: number) {
      await app.sessions.end(opened[i]?.session as typeof opened[0]['session'])
      return { statusCode: 200 }
    },
    async extend (i: number) {
      await app.sessions.extend(opened[i]?.session as typeof opened[0]['session'], 7200)
      return { statusCode: 200 }
    }
  }
}

t.test('each route asks Redis as often as it must, and never more', async t => {
  const { app, config } = await build(t, { TOUCH_INTERVAL_MS: '60000', NEAR_CACHE_MS: '0', CHANNEL_LIMITS: 'streams:3' })
  const [alice, second, third, fourth] = [await login(app), await login(app), await login(app), await login(app)]
  const [admin, bob] = [await login(app, 'admin'), await login(app, 'bob')]
  await alice.call('PUT', '/session/data', { key: 'a', value: 1 })
  const { count } = await watch(t, config.KEY_PREFIX)

  t.strictSame(await count(() => alice.call('GET', '/me')), [200, 1], 'GET /me: one script')
  t.strictSame(await count(() => alice.call('GET', '/me', undefined, { 'x-device-id': 'tv' })), [200, 1], 'also where the request tells of its device')
  t.strictSame(await count(() => alice.call('GET', '/session')), [200, 2])
  t.strictSame(await count(() => alice.call('POST', '/session/rotate')), [200, 1], 'the guard; a rotation writes nothing')
  t.strictSame(await count(() => alice.call('POST', '/session/token', { audience: 'shop' })), [200, 1], 'a token is made of what the guard knows')
  t.strictSame(await count(() => alice.call('GET', '/sessions')), [200, 3], 'GET /sessions: guard, and in one flight a page and who is online')
  t.strictSame(await count(() => alice.call('PUT', '/session/data', { key: 'a', value: 2 })), [200, 2])
  t.strictSame(await count(() => alice.call('PATCH', '/session/data', { a: 1, b: 2 })), [200, 2])
  t.strictSame(await count(() => alice.call('GET', '/session/data')), [200, 2])
  t.strictSame(await count(() => alice.call('GET', '/session/data/a')), [200, 2])
  t.strictSame(await count(() => alice.call('DELETE', '/session/data/a')), [200, 2])
  t.strictSame(await count(() => alice.call('PUT', '/me/data', { key: 'a', value: 2 })), [200, 2])
  t.strictSame(await count(() => alice.call('PATCH', '/me/data', { a: 1, b: 2 })), [200, 2])
  t.strictSame(await count(() => alice.call('POST', '/me/data/operations', { operations: [{ op: 'increment', key: 'a', value: 1 }] })), [200, 3], 'the guard, and what is read and then written if it is still so')
  t.strictSame(await count(() => alice.call('GET', '/me/data')), [200, 2])
  t.strictSame(await count(() => alice.call('GET', '/me/data/a')), [200, 2])
  t.strictSame(await count(() => alice.call('DELETE', '/me/data/a')), [200, 2])
  for (const path of ['/me/active/playback', '/me/leases/streams']) {
    for (const method of [path.includes('active') ? 'PUT' : 'POST', 'GET', 'DELETE'] as const) t.strictSame(await count(() => alice.call(method, path, method === 'PUT' ? {} : undefined)), [200, 2], `${method} ${path}`)
  }
  t.strictSame(await count(() => alice.call('PATCH', `/sessions/${second.id}`, { deviceName: 'TV' })), [200, 2])
  t.strictSame(await count(() => alice.call('GET', '/me/activity')), [200, 2])
  t.strictSame(await count(() => alice.call('GET', `/sessions/${bob.id}/activity`)), [404, 2])
  t.strictSame(await count(() => alice.call('GET', '/sessions?ended=true')), [200, 2])
  t.strictSame(await count(() => alice.call('GET', '/sessions/quota')), [200, 2])
  t.strictSame(await count(() => alice.call('GET', '/verify')), [200, 1])
  t.strictSame(await count(() => admin.call('GET', `/admin/sessions/${alice.id}/explain`)), [200, 2])
  t.strictSame(await count(() => admin.call('GET', '/admin/stats'), true), [200, 2], 'the guard and the count')
  t.strictSame(await count(() => admin.call('GET', '/admin/users')), [200, 1], 'the guard; the rest is PostgreSQL’s')
  t.strictSame(await count(() => admin.call('POST', '/admin/users', { email: 'zoe@example.com', name: 'Zoë', password: 'seven otters sing' })), [201, 1])
  t.strictSame(await count(() => admin.call('PATCH', '/admin/users/1001', { disabled: false })), [200, 1])
  t.strictSame(await count(() => alice.call('DELETE', `/sessions/${bob.id}`)), [404, 2])
  const secretive = await addService(app, 'secretive', { scopes: ['sessions:read'] })
  const writer = await addService(app, 'writer', { scopes: ['sessions:read', 'sessions:write'] })
  t.strictSame(await count(() => writer.call('GET', `/v1/sessions/${alice.id}/data`)), [200, 1])
  t.strictSame(await count(() => writer.call('PUT', `/v1/sessions/${alice.id}/data`, { data: { a: 1 } })), [200, 2], 'what is there, and what is to be')
  const signer = await addSigner(app, 'signer', { scopes: ['sessions:read'] })
  t.strictSame(await count(() => secretive.call('GET', `/v1/sessions/${alice.id}`)), [200, 1], 'a service with a key')
  t.strictSame(await count(() => asService(app, signer.assertion()).call('GET', `/v1/sessions/${alice.id}`)), [200, 2], 'one that signs: and whether its assertion was used')
  t.strictSame(await count(() => asService(app, signer.assertion({ aud: 'x' })).call('GET', `/v1/sessions/${alice.id}`)), [401, 0], 'what is refused for what it says')
  t.strictSame(await count(() => app.inject('/readyz'), true), [200, 1])

  t.strictSame(await count(() => app.inject({ method: 'POST', url: '/login', payload: { email: 'alice@example.com', password: 'x' } })), [401, 6], 'a failed login: three counters, counted in and told')

  t.comment('what changes the number of sessions also tells the live count, a moment later and for many requests at once')
  t.strictSame(await count(() => app.inject({ method: 'POST', url: '/login', payload: { email: 'bob@example.com', password: 'secret456' } })), [200, 7], 'POST /login: three counters of failures, counted in and given back, in one flight each; one script')
  const deviceToken = app.deviceTokens.issue('bob@example.com', null)
  t.strictSame(await count(() => app.inject({ method: 'POST', url: '/login', payload: { email: 'bob@example.com', password: 'secret456', deviceToken, deviceId: 'tv' } })), [200, 3], 'from a known device: one counter')
  t.strictSame(await count(() => alice.call('POST', '/session/extend', { seconds: 7200 })), [200, 2])
  t.strictSame(await count(() => alice.call('DELETE', `/sessions/${second.id}`)), [200, 2])
  t.strictSame(await count(() => admin.call('PATCH', '/admin/users/1001', { disabled: true })), [200, 3], 'the guard, a mark and a slice')
  t.strictSame(await count(() => admin.call('POST', '/admin/users/1001/password', { password: 'nine herons wade' })), [200, 3])
  t.strictSame(await count(() => admin.call('DELETE', '/admin/users/1001')), [200, 4], 'the guard, a mark, a slice, and the history')
  t.strictSame(await count(() => fourth.call('POST', '/session/reauthenticate', { password: 'password123' })), [200, 4], 'the guard, one counter of the session: counted in and told, one script')
  t.strictSame(await count(() => admin.call('POST', '/me/password', { currentPassword: 'admin789', newPassword: 'seven otters sing' })), [200, 8], 'and twice a mark and a slice')
  t.strictSame(await count(() => third.call('POST', '/logout')), [200, 2])
  t.strictSame(await count(() => alice.call('DELETE', '/sessions/all?except=current')), [200, 4], 'the guard, one script that ends all but one, a slice of the others and one that finds no more')
  t.strictSame(await count(() => alice.call('DELETE', '/sessions/all')), [200, 3], 'the guard, one script that ends all, one slice')
})

t.test('what a service asks for with an Idempotency-Key costs two calls more, a repetition one in all', async t => {
  const { app, config } = await build(t)
  const { call } = await addService(app, 'shop', { scopes: ['sessions:create'] })
  const { count } = await watch(t, config.KEY_PREFIX)
  const open = (headers: Record<string, string> = {}) => count(async () => {
    const response = await call('POST', '/v1/sessions', { userId: 'u' }, headers)
    noteCredential(app, response.json().sessionId)
    return response
  })
  t.strictSame([await open(), await open({ 'idempotency-key': 'k' }), await open({ 'idempotency-key': 'k' })], [[201, 1], [201, 3], [201, 1]])
})

/** Redis behind a relay that can hold its answers back. */
async function holdingRelay (t: Test) {
  let release: (() => void) | null = null
  let held = Promise.resolve()
  const server = createServer(client => {
    const redis = connect(redisUrl.replace(/^unix:\/\//, ''))
    client.pipe(redis)
    redis.on('data', async chunk => {
      await held
      client.write(chunk)
    })
    for (const [end, other] of [[client, redis], [redis, client]] as const) end.on('error', () => other.destroy()).on('close', () => other.destroy())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return {
    url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hold () { held = new Promise(resolve => { release = resolve }) },
    release: () => release?.()
  }
}

t.test('POST /v1/introspect/batch asks about 100 credentials in one flight of 13 calls, eight to a call: none waits for the answer of another', async t => {
  const relay = await holdingRelay(t)
  const { app, config } = await build(t, { TOUCH_INTERVAL_MS: '60000', NEAR_CACHE_MS: '0', REDIS_URL: relay.url })
  const { tokens, batch } = await hundred(app)
  const { count, underWay } = await watch(t, config.KEY_PREFIX)
  const calls = Math.ceil(100 / 8)
  t.strictSame(await count(() => batch(tokens)), [200, calls])
  t.strictSame(await count(async () => {
    relay.hold()
    const answer = batch(tokens)
    // None of them is answered, until the deadline of the service has passed.
    while (underWay() < calls && await Promise.race([answer.then(() => false), sleep(5, true)]));
    relay.release()
    return answer
  }), [200, calls], 'all of them on their way at the same time')
  const forged = tokens.map(token => `${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`)
  t.strictSame(await count(() => batch([...forged.slice(0, 99), ...tokens.slice(0, 1)])), [200, 1], 'what is forged costs nothing')
})

t.test('POST /v1/introspect/batch reads devices, and the sessions of tokens, sixteen in a call and in one flight', async t => {
  const { app, config } = await build(t, { TOUCH_INTERVAL_MS: '60000', NEAR_CACHE_MS: '1000', TOKEN_AUDIENCES: 'shop' })
  const { tokens, batch, signed } = await hundred(app)
  const { count } = await watch(t, config.KEY_PREFIX)
  while (app.nearCache?.isProven() !== true) await sleep(10)
  await count(() => batch(tokens))
  const calls = Math.ceil(100 / 16)
  t.strictSame(await count(() => batch(tokens, 'device')), [200, calls])
  const made = await signed()
  for (const include of [undefined, 'device']) {
    const answers: Array<{ active: boolean, device?: object }> = []
    t.strictSame(await count(async () => {
      const response = await batch([...made, 'eyJ'], include)
      answers.push(...response.json<{ results: typeof answers }>().results)
      return response
    }), [200, calls], 'however long each takes to verify, and what was read of it tells its device')
    t.strictSame(answers.map(({ active, device }) => [active, device !== undefined]), [...made.map(() => [true, include === 'device']), [false, false]])
  }
})

t.test('POST /v1/introspect/batch with the near-cache asks only about those of whom it does not know', async t => {
  const { app, config } = await build(t, { TOUCH_INTERVAL_MS: '60000', NEAR_CACHE_MS: '1000' })
  const { tokens, batch, end, extend } = await hundred(app)
  const { count } = await watch(t, config.KEY_PREFIX)
  while (app.nearCache?.isProven() !== true) await sleep(10)
  const twice = async () => [await count(() => batch(tokens)), await count(() => batch(tokens))]
  const [first, second] = await twice()
  t.strictSame(first, [200, Math.ceil(100 / 8)])
  t.strictSame(second, [200, 0], 'a moment later none')
  await count(() => end(7))
  t.strictSame(await count(() => batch(tokens)), [200, 0], 'of the one that has ended since, the news says so')
  await count(() => extend(8))
  const [changed, again] = await twice()
  t.strictSame(changed, [200, 1], 'the one that has changed since')
  t.strictSame(again, [200, 0])
})

t.test('a page of a list is one call, and one for who is online; with a long index it is read in slices behind it, so that no call takes long', async t => {
  const { app, config } = await build(t, { TOUCH_INTERVAL_MS: '60000', NEAR_CACHE_MS: '0', SESSION_LIMIT: '1000' })
  const alice = await login(app)
  const open = () => app.sessions.open({ userId: '1', profile: { email: demo.alice.email, name: 'Alice', roles: [] }, ipAddress: '', userAgent: '' })
  const { count } = await watch(t, config.KEY_PREFIX)
  let opened = 1
  for (const [indexReads, pages] of [[1, [100]], [1, [100, 91]], [2, [100, 100, 51]], [5, Array<number>(10).fill(100)]] as const) {
    const all = pages.reduce((sum, length) => sum + length)
    let left = all
    await count(async () => {
      for (; opened < all; opened++) await open()
      return { statusCode: 200 }
    })
    let cursor = ''
    for (const length of pages) {
      // With one more, which tells whether there is a next page.
      const slices = all > 191 ? Math.ceil(Math.min(101, left) / 16) : 0
      left -= length
      let page: { count: number, sessions: unknown[], nextCursor: string | null } | undefined
      t.strictSame(await count(async () => {
        const response = await alice.call('GET', `/sessions?limit=100${cursor}`)
        page = response.json()
        return response
      }), [200, 2 + indexReads + slices], 'after the guard: the index, the page and who is online')
      t.strictSame([page?.count, page?.sessions.length], [all, length])
      cursor = `&cursor=${page?.nextCursor ?? ''}`
    }
  }
})

t.test('with the near-cache, who was validated a moment ago costs Redis nothing, until something changes; what needs a role or ends others is asked each time', async t => {
  const { app, config } = await build(t, { TOUCH_INTERVAL_MS: '60000' })
  const [alice, other, admin] = [await login(app), await login(app), await login(app, 'admin')]
  const { count } = await watch(t, config.KEY_PREFIX)
  while (app.nearCache?.isProven() !== true) await sleep(10)
  const twice = async (work: () => Promise<{ statusCode: number }>) => {
    await count(work)
    return count(work)
  }
  t.strictSame(await twice(() => alice.call('GET', '/me')), [200, 0])
  t.strictSame(await twice(() => alice.call('GET', '/sessions')), [200, 2], 'the page and who is online')
  t.strictSame(await twice(() => alice.call('PUT', '/session/data', { key: 'a', value: 2 })), [200, 1], 'a write judges by itself')
  t.strictSame(await twice(() => admin.call('GET', '/admin/stats')), [200, 1], 'and the count, which is not counted here')
  t.strictSame(await twice(() => alice.call('DELETE', `/sessions/${admin.id}`)), [404, 2])
  const warm = await twice(() => other.call('GET', '/me'))
  await count(() => alice.call('POST', '/session/extend', { seconds: 7200 }))
  t.strictSame([warm, await count(() => other.call('GET', '/me'))], [[200, 0], [200, 1]], 'news is of a slot')
  let late = other
  // What the login itself asks is counted, so that none of it is taken for the next one's.
  await count(async () => {
    late = await login(app)
    return { statusCode: 200 }
  })
  t.strictSame(await count(() => late.call('GET', '/me')), [200, 0], 'what was opened here is known here')
  await count(() => other.call('POST', '/logout'))
  t.strictSame([await count(() => other.call('GET', '/me')), await count(() => other.call('GET', '/me'))], [[401, 0], [401, 0]], 'the news has said that it ended')
})

t.test('what cannot be a live session, and what needs none, costs Redis nothing', async t => {
  const { app, config } = await build(t)
  const alice = await login(app)
  const { count } = await watch(t, config.KEY_PREFIX)
  const forged = `${alice.credential.slice(0, -1)}${alice.credential.endsWith('A') ? 'B' : 'A'}`
  t.strictSame(await count(() => app.inject({ url: '/me', headers: { 'x-session-id': forged } })), [401, 0], 'forged')
  t.strictSame(await count(() => app.inject({ url: '/me', headers: { 'x-session-id': alice.id } })), [401, 0], 'malformed')
  t.strictSame(await count(() => app.inject('/me')), [401, 0], 'none')
  t.strictSame(await count(() => alice.call('PUT', '/session/data', {})), [400, 0], 'a body that does not fit')
  t.strictSame(await count(() => app.inject('/livez')), [200, 0])
  t.strictSame(await count(() => app.inject('/nowhere')), [404, 0])
})

t.test('a use that is written down is one call too where a client stays; one that moves costs another, once', async t => {
  const { app, config } = await build(t, { TOUCH_INTERVAL_MS: '0', BINDING_NETWORK: 'off', BINDING_CLIENT: 'off' })
  const alice = await login(app, 'alice', { 'user-agent': 'one/1' })
  const { count } = await watch(t, config.KEY_PREFIX)
  const me = (userAgent: string) => count(() => alice.call('GET', '/me', undefined, { 'user-agent': userAgent }))
  for (const [userAgent, calls] of [['one/1', 1], ['one/1', 1], ['two/2', 2], ['two/2', 1], ['two/2', 1], ['one/1', 2], ['one/1', 1]] as const) {
    t.strictSame(await me(userAgent), [200, calls], userAgent)
  }
})

t.test('requests that come at once from elsewhere share one call, and note that once', async t => {
  const { app, config } = await build(t, { TOUCH_INTERVAL_MS: '1000', BINDING_NETWORK: 'off', BINDING_CLIENT: 'off' })
  const alice = await login(app, 'alice', { 'user-agent': 'one/1' })
  const { count } = await watch(t, config.KEY_PREFIX)
  while (app.nearCache?.isProven() !== true) await sleep(10)
  await sleep(1000)
  t.strictSame(await count(async () => {
    const [one, ...others] = await Promise.all(Array.from({ length: 10 }, () => alice.call('GET', '/me', undefined, { 'user-agent': 'two/2' })))
    t.ok(others.every(({ statusCode }) => statusCode === 200))
    return one as NonNullable<typeof one>
  }), [200, 2])
})

t.test('what is asked without a session, by other services and about them', async t => {
  const { app, config } = await build(t, { TOUCH_INTERVAL_MS: '60000', NEAR_CACHE_MS: '0' })
  const [alice, admin] = [await login(app), await login(app, 'admin')]
  const { call } = await addService(app, 'shop', { scopes: ['sessions:introspect', 'sessions:read', 'sessions:write', 'sessions:create', 'sessions:revoke', 'tokens:issue'] })
  const { count } = await watch(t, config.KEY_PREFIX)
  const own = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) => count(() => call(method, url, payload))
  for (const url of ['/.well-known/jwks.json', '/.well-known/oauth-authorization-server']) t.strictSame(await count(() => app.inject(url)), [200, 0], url)
  t.strictSame(await count(async () => {
    const response = await app.inject({ method: 'POST', url: '/session/anonymous', payload: {} })
    noteCredential(app, response.json<{ sessionId: string }>().sessionId)
    return response
  }), [200, 2], 'POST /session/anonymous: the counter of the address, one script')
  t.strictSame(await count(() => alice.call('GET', '/session/events')), [200, 2], 'the guard, and the log')
  t.strictSame(await count(() => alice.call('POST', '/session/events/ticket')), [200, 2])
  t.strictSame(await own('POST', '/v1/introspect', { token: alice.credential }), [200, 1])
  t.strictSame(await own('POST', '/v1/introspect', { token: alice.credential, include: 'device data' }), [200, 3], 'and one for each of what is included')
  t.strictSame(await own('POST', '/v1/tokens', { token: alice.credential, audience: 'shop' }), [200, 1])
  t.strictSame(await own('GET', '/v1/sessions?userId=1'), [200, 1])
  t.strictSame(await own('PATCH', `/v1/sessions/${alice.id}`, { deviceName: 'TV' }), [200, 3], 'whose it is, the change, and what it is then')
  t.strictSame(await own('POST', '/v1/sessions/end', { sessionIds: ['00000000-0000-4000-8000-000000000000', '11110000-0000-4000-8000-000000000000'] }), [200, 1], 'whose they are: nobody’s')
  t.strictSame(await own('DELETE', `/v1/sessions/${alice.id}`), [200, 2], 'whose it is, and its end')
  t.strictSame(await own('DELETE', '/v1/sessions?userId=2'), [200, 2], 'a mark and a slice')
  const administers = async (method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, payload?: object) => {
    let keyId = ''
    const counts = await count(async () => {
      const response = await admin.call(method, url, payload)
      const { key, caller } = response.json<{ key?: string, caller?: { keys: Array<{ id: string }> } }>()
      if (key !== undefined) noteCredential(app, key)
      keyId = caller?.keys[0]?.id ?? ''
      return response
    })
    t.equal(counts[1], 1, `${method} ${url}: the guard`)
    t.ok(counts[0] === 200 || counts[0] === 201, String(counts[0]))
    return keyId
  }
  const { publicKey } = newPair()
  await administers('POST', '/admin/callers', { name: 'billing', scopes: ['sessions:read'] })
  await administers('GET', '/admin/callers')
  await administers('PATCH', '/admin/callers/billing', { scopes: ['sessions:introspect'] })
  const keyId = await administers('POST', '/admin/callers/billing/keys')
  await administers('DELETE', `/admin/callers/billing/keys/${keyId}`)
  await administers('POST', '/admin/callers', { name: 'signer', scopes: ['sessions:read'], publicKey })
  await administers('POST', '/admin/callers/signer/public-keys', { publicKey: newPair().publicKey })
  await administers('DELETE', '/admin/callers/billing')
})

t.test('of every operation it is asserted above how often it asks Redis', async t => {
  const operations = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`))
  // What reads the feed begins to move into it what others have noted; one read serves all who wait (test/revocations).
  t.strictSame(operations.filter(operation => !counted.has(operation)), ['GET /v1/revocations'])
  t.ok(operations.length > 60)
})
