import { mkdtemp } from 'node:fs/promises'
import { get } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import t from 'tap'
import { everyWay } from '../attacks/attempt.ts'
import { privateRedis } from '../faults/private-redis.ts'
import { build, inspector, login } from '../harness.ts'
import { isProblem } from '../routes/problem.ts'
import { snapshots } from '../store/snapshot.ts'

function present (app: FastifyInstance, credential: string, remoteAddress = '203.0.113.7', headers: Record<string, string> = {}) {
  return app.inject({ url: '/me', remoteAddress, headers: { 'x-session-id': credential, 'x-request-id': 'same', ...headers } })
}

t.test('over its budget a source is told to wait instead of 401, whatever is wrong with its credential', async t => {
  const { app } = await build(t, { INVALID_CREDENTIALS_PER_ADDRESS: '3' })
  const dead = await login(app)
  await dead.call('POST', '/logout')
  const forged = dead.credential.replace(/.{43}$/, 'A'.repeat(43))
  const wrong = [dead.credential, forged, 'x']
  for (const credential of wrong) isProblem(t, await present(app, credential), 401, 'invalid_session')
  for (const credential of wrong) {
    const response = await present(app, credential)
    isProblem(t, response, 429, 'too_many_attempts')
    t.match(response.json().detail, /^Too many attempts have failed\. Try again in (59|60) seconds\.$/)
    t.match(response.headers, { 'retry-after': /^(59|60)$/, 'ratelimit-policy': '"credential";q=3;w=60', ratelimit: /^"credential";r=0;t=(59|60)$/ })
    t.equal(response.headers['www-authenticate'], undefined)
  }
  isProblem(t, await present(app, 'x', '203.0.113.8'), 401, 'invalid_session', 'another address')
  isProblem(t, await app.inject({ url: '/me', remoteAddress: '203.0.113.7' }), 401, 'no_session', 'none is not an invalid one')
})

t.test('a good credential from the same source is not refused, and does not count', async t => {
  const { app } = await build(t, { INVALID_CREDENTIALS_PER_ADDRESS: '2' })
  const alice = await login(app)
  for (let i = 0; i < 5; i++) t.equal((await present(app, alice.credential)).statusCode, 200)
  for (const status of [401, 401, 429]) t.equal((await present(app, 'x')).statusCode, status)
  for (let i = 0; i < 5; i++) t.equal((await present(app, alice.credential)).statusCode, 200)
})

t.test('the window does not slide, and is over when it says', async t => {
  const { app } = await build(t, { INVALID_CREDENTIALS_PER_ADDRESS: '2', INVALID_CREDENTIALS_WINDOW_SECONDS: '2' })
  const startedMs = performance.now()
  for (const status of [401, 401, 429]) t.equal((await present(app, 'x')).statusCode, status)
  while ((await present(app, 'x')).statusCode === 429) await sleep(20) // the window is by Redis’ clock
  const seconds = (performance.now() - startedMs) / 1000
  t.ok(seconds > 1.9 && seconds < 5, `${seconds} s`)
})

t.test('with 0 nothing is counted', async t => {
  const { app, config } = await build(t, { INVALID_CREDENTIALS_PER_ADDRESS: '0' })
  for (let i = 0; i < 20; i++) t.equal((await present(app, 'x')).statusCode, 401)
  await sleep(1200) // longer than a flush takes to come
  t.strictSame(await (await inspector(t)).keys(`${config.KEY_PREFIX}login-failures:*`), [])
})

t.test('who has no address, as on a Unix socket, is not counted', async t => {
  const { app } = await build(t, { INVALID_CREDENTIALS_PER_ADDRESS: '1' })
  const socketPath = join(await mkdtemp(join(tmpdir(), 'socket-')), 'http')
  await app.listen({ path: socketPath })
  const statusOf = () => new Promise((resolve, reject) => {
    get({ socketPath, path: '/me', headers: { 'x-session-id': 'x', connection: 'close' } }, response => { resolve(response.resume().statusCode) }).on('error', reject)
  })
  for (let i = 0; i < 3; i++) t.equal(await statusOf(), 401)
})

t.test('the counter of a source is a keyed hash', async t => {
  const { app, config } = await build(t)
  await present(app, 'x', '203.0.113.77')
  const redis = await inspector(t)
  while ((await redis.keys(`${config.KEY_PREFIX}login-failures:credential:*`)).length === 0) await sleep(20)
  t.notMatch(JSON.stringify(await snapshots(redis, config.KEY_PREFIX)), /203\.0\.113/)
})

t.test('while Redis is away each instance counts by itself', async t => {
  const redis = await privateRedis(t)
  const { app } = await build(t, { REDIS_URL: redis.url, INVALID_CREDENTIALS_PER_ADDRESS: '5' })
  const alice = await login(app)
  app.redis.disconnect()
  for (const status of [401, 401, 401, 401, 401, 429]) {
    t.equal((await present(app, 'x')).statusCode, status)
    await sleep(250) // flushes come and fail meanwhile
  }
  isProblem(t, await present(app, alice.credential), 503, 'store_unavailable', 'broken is not invalid')
  app.redis.connect().catch(() => {})
  while (!app.redisLink.isAvailable()) await sleep(10)
  t.equal((await present(app, alice.credential)).statusCode, 200)
  t.equal((await present(app, 'x')).statusCode, 429)
})

t.test('up to the budget, and on every transport, the answer is the one of before', async t => {
  const { app } = await build(t, { INVALID_CREDENTIALS_PER_ADDRESS: '3' })
  const { app: off } = await build(t, { INVALID_CREDENTIALS_PER_ADDRESS: '0' })
  const [counted, uncounted] = [await everyWay(app, 'x'), await everyWay(off, 'x')]
  for (const [i, { statusCode, body, headers: { date, ...headers } }] of counted.entries()) {
    const { date: _date, ...expected } = uncounted[i]?.headers ?? {}
    t.strictSame([statusCode, body, headers], [401, uncounted[i]?.body, expected])
  }
})
