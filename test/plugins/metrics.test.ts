import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { once } from 'node:events'
import t from 'tap'
import { parse } from 'yaml'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildApp } from '../../src/app.ts'
import { unmeasured } from '../../src/plugins/metrics/measured.ts'
import { privatePostgres } from '../faults/private-postgres.ts'
import { privateRedis } from '../faults/private-redis.ts'
import { socketOf } from '../routes/events/clients.ts'
import { build, buildAnother, demo, login, testConfig } from '../harness.ts'
import { scraping, sendRaw, type Figures } from './metrics/scrape.ts'

const REQUESTS = 'session_service_http_request_duration_seconds_count'
const VALIDATIONS = 'session_service_validations_total'
const LOGINS = 'session_service_logins_total'

t.test('nothing listens and nothing is measured unless a port is set; it is in no document', async t => {
  const { app } = await build(t)
  t.equal(app.measured, unmeasured)
  t.equal((await app.inject('/metrics')).statusCode, 404)
  const { env, scrape } = await scraping()
  const { app: measured } = await build(t, env)
  t.equal((await measured.inject('/metrics')).statusCode, 404, 'not on the public port')
  t.notMatch((await measured.inject('/openapi.json')).body, /metrics/)
  t.equal((await measured.inject('/openapi.json')).body, (await app.inject('/openapi.json')).body)
  t.ok((await scrape(t)).samples.length > 100)
})

t.test('a validation that is answered from memory is one too', async t => {
  const { env, scrape } = await scraping()
  const { app } = await build(t, env)
  const alice = await login(app)
  while (app.nearCache?.isProven() !== true) await sleep(5)
  for (let i = 0; i < 10; i++) await alice.call('GET', '/me')
  const { valueOf } = await scrape(t)
  t.equal(valueOf(VALIDATIONS, { verdict: 'alive' }), 10)
  t.ok((valueOf('session_service_redis_call_duration_seconds_count', { verb: 'validate' }) ?? 0) < 10)
})

t.test('what is answered before it comes to a route counts, too', async t => {
  const { env, scrape } = await scraping()
  const { app } = await build(t, { ...env, CORS_ORIGINS: 'https://shop.example' })
  await app.inject({ method: 'OPTIONS', url: '/me', headers: { origin: 'https://shop.example', 'access-control-request-method': 'GET' } })
  const { valueOf } = await scrape(t)
  t.equal(valueOf(REQUESTS, { method: 'OPTIONS', route: '/me', status: '204' }), 1)
})

t.test('requests, validations and logins are counted by what became of them', async t => {
  const { env, scrape } = await scraping()
  const { app } = await build(t, { ...env, NEAR_CACHE_MS: '0' })
  const before = await scrape(t)
  for (const verdict of ['alive', 'dead', 'malformed', 'none', 'unavailable']) t.equal(before.valueOf(VALIDATIONS, { verdict }), 0, verdict)
  for (const outcome of ['success', 'refused', 'throttled', 'busy', 'unavailable', 'rejected']) t.equal(before.valueOf(LOGINS, { outcome }), 0, outcome)

  const alice = await login(app)
  for (let i = 0; i < 3; i++) await alice.call('GET', '/me')
  await alice.call('POST', '/logout')
  await alice.call('GET', '/me')
  await app.inject('/me')
  await app.inject({ url: '/me', headers: { 'x-session-id': 'nonsense' } })
  await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, password: 'wrong' } })
  await app.inject({ method: 'POST', url: '/login', payload: { email: 1 } })
  await app.inject({ method: 'GET', url: '/login' })

  const { valueOf } = await scrape(t)
  t.equal(valueOf(REQUESTS, { method: 'GET', route: '/me', status: '200' }), 3)
  t.equal(valueOf(REQUESTS, { method: 'GET', route: '/me', status: '401' }), 3)
  t.equal(valueOf(REQUESTS, { method: 'GET', route: '/login', status: '405' }), 1)
  t.equal(valueOf(VALIDATIONS, { verdict: 'alive' }), 4)
  t.equal(valueOf(VALIDATIONS, { verdict: 'dead' }), 1)
  t.equal(valueOf(VALIDATIONS, { verdict: 'malformed' }), 1)
  t.equal(valueOf(VALIDATIONS, { verdict: 'none' }), 1)
  t.equal(valueOf(LOGINS, { outcome: 'success' }), 1)
  t.equal(valueOf(LOGINS, { outcome: 'refused' }), 1)
  t.equal(valueOf(LOGINS, { outcome: 'rejected' }), 1)
  t.equal(valueOf('session_service_redis_call_duration_seconds_count', { verb: 'validate' }), 5)
  t.equal(valueOf('session_service_redis_call_duration_seconds_count', { verb: 'create' }), 1)
  t.ok((valueOf('session_service_postgres_query_duration_seconds_count') ?? 0) >= 2)
  t.equal(valueOf('session_service_postgres_query_failures_total'), 0)
})

t.test('requests that are throttled for their invalid credentials are counted, and not those whose password is', async t => {
  const { env, scrape } = await scraping()
  const { app } = await build(t, { ...env, INVALID_CREDENTIALS_PER_ADDRESS: '2', LOGIN_ACCOUNT_FAILURES: '1', LOGIN_DEVICE_FAILURES: '1' })
  const alice = await login(app)
  t.equal((await scrape(t)).valueOf('session_service_invalid_credentials_throttled_total'), 0)
  for (const status of [401, 401, 429, 429]) t.equal((await app.inject({ url: '/me', headers: { 'x-session-id': 'nonsense' } })).statusCode, status)
  for (const status of [401, 429]) t.equal((await alice.call('POST', '/session/reauthenticate', { password: 'wrong' })).statusCode, status)
  for (const status of [401, 429]) t.equal((await app.inject({ method: 'POST', url: '/login', payload: { ...demo.alice, password: 'wrong' } })).statusCode, status)
  t.equal((await scrape(t)).valueOf('session_service_invalid_credentials_throttled_total'), 2)
})

t.test('every verb of the store is timed under its own name', async t => {
  const { env, scrape } = await scraping()
  const { app } = await build(t, { ...env, TOUCH_INTERVAL_MS: '0', CHANNEL_LIMITS: 'streams:1' })
  const alice = await login(app)
  const bob = await login(app, 'bob')
  await alice.call('PUT', '/session/data', { key: 'a', value: 1 })
  await alice.call('GET', '/session/data')
  await alice.call('PUT', '/me/data', { key: 'a', value: 1 })
  await alice.call('GET', '/me/data')
  for (const method of ['PUT', 'GET', 'DELETE'] as const) await alice.call(method, '/me/active/playback', method === 'PUT' ? {} : undefined)
  for (const method of ['POST', 'GET', 'DELETE'] as const) await alice.call(method, '/me/leases/streams')
  await alice.call('GET', '/sessions')
  await alice.call('GET', '/session')
  await alice.call('GET', '/sessions/quota')
  await alice.call('POST', '/session/extend', { seconds: 60 })
  await alice.call('PATCH', `/sessions/${alice.id}`, { deviceName: 'TV' })
  await app.inject('/readyz')
  await alice.call('GET', '/me/activity')
  await alice.call('GET', '/sessions?ended=true')
  await app.sessions.explain(alice.id)
  await app.sessions.eraseHistory('2')
  await app.sessions.findAmongAll(1, undefined, {})
  await alice.call('DELETE', '/sessions/all?except=current')
  await alice.call('DELETE', '/sessions/all')
  await (await login(app)).call('POST', '/session/reauthenticate', { password: demo.alice.password })
  await bob.call('GET', '/me', undefined, { 'user-agent': 'another/1.0' })
  await bob.call('POST', '/logout')
  const anonymous = await app.sessions.openAnonymous({ ipAddress: '', userAgent: '' })
  await app.sessions.open({ userId: '2', profile: { email: '', name: '', roles: [] }, ipAddress: '', userAgent: '', anonymous: { credential: anonymous.credential, keeps: 'all' } })
  await app.sessionStore.unclaim(anonymous.session.id, { id: anonymous.session.id, userId: '2' }, true)
  await app.sessions.wasTaken(anonymous.credential)
  await app.sessions.endEverybody()
  const { samples, valueOf } = await scrape(t)
  const verbs = ['create', 'validate', 'extend', 'rename', 'replace', 'flag', 'noteOrigin', 'end', 'endAll', 'endOthers', 'endEverybody', 'list', 'someUsers', 'countOf', 'describe', 'readData', 'writeData', 'claim', 'promote', 'unclaim', 'isTaken', 'readUserData', 'writeUserData', 'takeChannel', 'readChannel', 'releaseChannel', 'takeLease', 'readLeases', 'releaseLease', 'activity', 'listEnded', 'eraseHistory', 'explain', 'probe']
  for (const verb of verbs) t.ok((valueOf('session_service_redis_call_duration_seconds_count', { verb }) ?? 0) > 0, verb)
  const known = new Set(samples.filter(({ name }) => name === 'session_service_redis_call_failures_total').map(({ labels }) => labels.verb))
  t.strictSame(known, new Set([...verbs, 'countLive']))
})

t.test('the state of the moment: live sessions, the link, the queue, the process, the version', async t => {
  const { env, scrape } = await scraping()
  const { app } = await build(t, env)
  while (app.nearCache?.isProven() !== true) await sleep(10)
  const { credential } = await login(app)
  await login(app, 'bob')
  await (await socketOf(t, app, credential)).next('ready')
  const { valueOf, samples } = await scrape(t)
  t.equal(valueOf('session_service_live_connections'), 1)
  t.equal(valueOf('session_service_hash_queue_length'), 0)
  t.equal(valueOf('session_service_hashes_running'), 0)
  t.equal(valueOf('session_service_live_sessions'), 2)
  t.equal(valueOf('session_service_redis_up'), 1)
  t.equal(valueOf('session_service_near_cache_up'), 1)
  t.equal(valueOf('session_service_near_cache_entries'), 2)
  t.equal(valueOf('session_service_build_info', { version: '0.1.0' }), 1)
  for (const name of ['nodejs_eventloop_lag_p99_seconds', 'process_cpu_seconds_total', 'process_resident_memory_bytes']) t.ok(samples.some(sample => sample.name === name), name)
})

t.test('no label holds what a caller brings, and their number does not grow with it', async t => {
  const { env, scrape } = await scraping()
  const { app } = await build(t, { ...env, NEAR_CACHE_MS: '0' })
  await app.listen({ host: '127.0.0.1', port: 0 })
  const alice = await login(app)
  const canary = `canary${randomBytes(8).toString('hex')}`
  const garbage = async (round: number) => {
    const text = `${canary}${round}`
    await alice.call('GET', `/${text}/${alice.id}`)
    await alice.call('GET', `/session/data/${text}`)
    await alice.call('DELETE', `/sessions/${text}`)
    await alice.call('GET', `/sessions?cursor=${text}`, undefined, { 'user-agent': text })
    await app.inject({ url: '/me', headers: { 'x-session-id': text } })
    await app.inject({ method: 'POST', url: '/login', payload: { email: `${text}@example.com`, password: text } })
    for (const method of ['PROPFIND', 'REPORT', 'MKCOL']) {
      await sendRaw(app, method, '/me')
      await sendRaw(app, method, `/${text}`)
    }
    await sendRaw(app, 'GET', `/%zz${text}`)
  }
  await garbage(0)
  await scrape(t) // counts the live sessions, which is timed too
  const first = await scrape(t)
  for (let round = 1; round < 6; round++) await garbage(round)
  const later = await scrape(t)
  t.strictSame(seriesOf(later), seriesOf(first), 'garbage makes no series')
  t.equal(later.valueOf(REQUESTS, { method: 'GET', route: 'unknown', status: '404' }), 6)
  t.equal(later.valueOf(REQUESTS, { method: 'other', route: 'unknown', status: '404' }), 18)
  t.equal(later.valueOf(REQUESTS, { method: 'other', route: '/me', status: '405' }), 18)
  t.equal(later.valueOf(REQUESTS, { method: 'DELETE', route: '/sessions/:sessionId' }), 6)
  for (const secret of [canary, 'example.com', alice.id, alice.credential, '127.0.0.1', 'Alice']) t.notOk(later.text.includes(secret), secret)
})

/** The service's own: those of the runtime begin when something happens to it, such as a large garbage collection. */
function seriesOf ({ samples }: Figures): string[] {
  return samples.filter(({ name }) => name.startsWith('session_service_')).map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`).sort()
}

t.test('while Redis is away the scrape answers within a second, says so, and leaves out what it cannot know', async t => {
  const redis = await privateRedis(t)
  const { env, scrape } = await scraping()
  const app = await buildApp(await testConfig(t, { ...env, REDIS_URL: redis.url, LOG_LEVEL: 'silent' }))
  t.teardown(() => app.close())
  const alice = await login(app)
  t.equal((await scrape(t)).valueOf('session_service_live_sessions'), 1)

  redis.freeze()
  const frozen = await scrape(t)
  t.ok(frozen.ms < 1000, `${frozen.ms} ms`)
  t.equal(frozen.valueOf('session_service_live_sessions'), undefined)
  await sleep(1000) // until the heartbeat is late
  t.equal((await alice.call('GET', '/me')).statusCode, 503)
  redis.thaw()
  await redis.stop()
  while (app.redisLink.isAvailable()) await sleep(10)
  t.equal((await alice.call('GET', '/me')).statusCode, 503)
  t.equal((await app.inject({ method: 'POST', url: '/login', payload: demo.alice })).statusCode, 503)
  const away = await scrape(t)
  t.ok(away.ms < 1000, `${away.ms} ms`)
  t.equal(away.valueOf('session_service_redis_up'), 0)
  t.equal(away.valueOf('session_service_live_sessions'), undefined)
  t.equal(away.valueOf(VALIDATIONS, { verdict: 'unavailable' }), 2)
  t.equal(away.valueOf(LOGINS, { outcome: 'unavailable' }), 1)
  t.ok((away.valueOf('session_service_redis_call_failures_total', { verb: 'validate' }) ?? 0) >= 2)

  await redis.start()
  while (!app.redisLink.isAvailable()) await sleep(10)
  const back = await scrape(t)
  t.equal(back.valueOf('session_service_redis_up'), 1)
  t.equal(back.valueOf('session_service_live_sessions'), 1)
})

t.test('a PostgreSQL that is away is seen in its failures and in the logins', async t => {
  const postgres = await privatePostgres(t)
  const { env, scrape } = await scraping()
  const app = await buildApp(await testConfig(t, { ...env, DATABASE_URL: postgres.url, LOG_LEVEL: 'silent' }))
  t.teardown(() => app.close())
  t.equal((await app.inject({ method: 'POST', url: '/login', payload: demo.alice })).statusCode, 200)
  const { valueOf: before } = await scrape(t)
  await postgres.stop()
  t.equal((await app.inject({ method: 'POST', url: '/login', payload: demo.alice })).statusCode, 503)
  const { valueOf } = await scrape(t)
  t.equal(before('session_service_postgres_query_failures_total'), 0)
  t.equal(valueOf('session_service_postgres_query_failures_total'), 1)
  t.equal(valueOf('session_service_postgres_query_duration_seconds_count'), before('session_service_postgres_query_duration_seconds_count'), 'a failure is no fast answer')
  t.equal(valueOf(LOGINS, { outcome: 'unavailable' }), 1)
})

t.test('logins that find the queue full are counted as busy', async t => {
  const { env, scrape } = await scraping()
  const { app } = await build(t, { ...env, HASH_QUEUE_LIMIT: '1' })
  const attempt = { method: 'POST', url: '/login', payload: { ...demo.alice, password: 'wrong' } } as const
  const statuses = (await Promise.all(Array.from({ length: 8 }, () => app.inject(attempt)))).map(({ statusCode }) => statusCode)
  const busy = statuses.filter(status => status === 503).length
  t.ok(busy > 0)
  const { valueOf } = await scrape(t)
  t.equal(valueOf(LOGINS, { outcome: 'busy' }), busy)
  t.equal(valueOf(LOGINS, { outcome: 'refused' }), 8 - busy)
})

t.test('two services in one process have figures of their own', async t => {
  const [one, two] = [await scraping(), await scraping()]
  const { app, config } = await build(t, one.env)
  const other = await buildAnother(t, { ...config, METRICS_PORT: Number(two.env.METRICS_PORT) })
  await app.inject('/livez')
  await app.inject('/livez')
  await other.inject('/livez')
  t.equal((await one.scrape(t)).valueOf(REQUESTS, { route: '/livez' }), 2)
  t.equal((await two.scrape(t)).valueOf(REQUESTS, { route: '/livez' }), 1)
})

t.test('a stop frees the port, whoever keeps a connection open', async t => {
  const { env, url, scrape } = await scraping()
  const config = await testConfig(t, { ...env, LOG_LEVEL: 'silent' })
  for (let i = 0; i < 2; i++) {
    const app = await buildApp(config)
    await scrape(t) // fetch keeps its connection
    await app.close()
    await t.rejects(fetch(url))
  }
})

t.test('a port that is taken ends the start in one sentence, and nothing is left open', async t => {
  const other = createServer().listen(0, '127.0.0.1')
  t.teardown(() => other.close())
  await once(other, 'listening')
  const address = other.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const config = await testConfig(t, { METRICS_PORT: String(port), LOG_LEVEL: 'silent' })
  await t.rejects(buildApp(config), { message: `Port ${port} on 127.0.0.1 is in use. Stop what listens there, or choose another one: METRICS_PORT=${port + 1}` })
})

t.test('where the figures are is in the log', async t => {
  const { logs } = await build(t, { METRICS_PORT: '0' })
  const { url = '' } = logs.map(line => JSON.parse(line)).find(({ msg }) => msg === 'metrics') ?? {}
  t.match(url, /^http:\/\/127\.0\.0\.1:[1-9]\d*\/metrics$/)
  t.equal((await fetch(url)).status, 200)
})

t.test('docs/operating.md explains every series, and its rules use none that does not exist', async t => {
  const { env, scrape } = await scraping()
  const { app } = await build(t, env)
  await app.inject('/livez')
  const { text, samples } = await scrape(t)
  const page = readFileSync(new URL('../../docs/operating.md', import.meta.url), 'utf8')
  t.strictSame(new Set(page.match(/(?<=^\| `)session_service_\w+/gm)), new Set(text.match(/(?<=^# TYPE )session_service_\w+/gm)))
  const [, rules = ''] = /```yaml\n(groups:[^]*?)```/.exec(page) ?? []
  const expressions: string[] = parse(rules).groups[0].rules.map(({ expr }: { expr: string }) => expr)
  t.ok(expressions.length >= 5)
  for (const name of expressions.join(' ').match(/(session_service|nodejs)_\w+/g) ?? []) t.ok(samples.some(sample => sample.name === name), name)
})
