import t from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildApp } from '../../src/app.ts'
import { tagOf } from '../../src/sessions/credential.ts'
import { createKeys } from '../../src/store/keys.ts'
import { privateRedis } from '../faults/private-redis.ts'
import { build, buildAnother, inspector, login, randomPrefix, testConfig } from '../harness.ts'

t.test('the configuration reaches the sessions', async t => {
  const { app } = await build(t, { SESSION_IDLE_SECONDS: '60', SESSION_ABSOLUTE_SECONDS: '90', DATA_MAX_KEYS: '1', DATA_MAX_VALUE_BYTES: '10', TOUCH_INTERVAL_MS: '0' })
  const { call } = await login(app)
  const { session } = (await call('GET', '/me')).json()
  t.equal(Number(session.idleExpiresAt) - Number(session.lastAccessedAt), 60_000)
  t.equal(Number(session.absoluteExpiresAt) - Number(session.createdAt), 90_000)
  t.equal((await call('PUT', '/session/data', { key: 'a', value: 'longer than that' })).statusCode, 413)
  t.equal((await call('PATCH', '/session/data', { a: 1, b: 2 })).statusCode, 413)
  await sleep(5) // Redis owns this clock
  const { session: later } = (await call('GET', '/me')).json()
  t.ok(Number(later.lastAccessedAt) > Number(session.lastAccessedAt), 'every use is recorded')
})

t.test('instances with the same keyring and prefix share sessions, others do not', async t => {
  const { app, config } = await build(t)
  const { credential } = await login(app)
  const me = async (changes: object) => {
    const other = await buildAnother(t, { ...config, ...changes })
    return (await other.inject({ url: '/me', headers: { 'x-session-id': credential } })).statusCode
  }
  t.equal(await me({}), 200)
  t.equal(await me({ KEY_PREFIX: randomPrefix() }), 401)
  t.equal(await me({ SESSION_KEYS: (await testConfig(t)).SESSION_KEYS }), 401)
})

t.test('upkeep that Redis does not let through is a warning, and no more', async t => {
  const redis = await privateRedis(t)
  await redis.ask('ACL', 'SETUSER', 'default', '-scan')
  const logs: string[] = []
  const app = await buildApp(await testConfig(t, { REDIS_URL: redis.url }), { logStream: { write: (line: string) => logs.push(line) > 0 } })
  t.teardown(() => app.close())
  while (!logs.some(line => line.includes('upkeep of the store'))) await sleep(20)
  t.match(JSON.parse(logs.find(line => line.includes('upkeep of the store')) ?? ''), { level: 40, err: { message: /NOPERM/ } })
})

t.test('the last use before a stop is recorded, also if it was answered from memory or came within the touch interval of the one before', async t => {
  for (const [NEAR_CACHE_MS, path] of [['1000', '/me'], ['0', '/me'], ['1000', '/sessions/quota']] as const) {
    const { app, config } = await build(t, { NEAR_CACHE_MS, TOUCH_INTERVAL_MS: '60000' })
    const { id, call } = await login(app)
    const redis = await inspector(t)
    const key = createKeys(config.KEY_PREFIX).session(id)
    for (let i = 0; i < 2; i++) {
      await sleep(20)
      t.equal((await call('GET', path)).statusCode, 200)
    }
    const usedAtMs = Date.now()
    await sleep(300)
    t.equal(await redis.hget(key, 'a'), null, 'neither was recorded')
    await app.close()
    const [createdAt, sinceMs] = await redis.hmget(key, 'c', 'a')
    t.ok(Number(sinceMs) >= 40, 'after the second pause')
    t.ok(Number(createdAt) + Number(sinceMs) < usedAtMs + 300, `${path} with NEAR_CACHE_MS=${NEAR_CACHE_MS}: for the time of the use, not of the stop`)
  }
})

t.test('what a stop could not record is told', async t => {
  const redis = await privateRedis(t)
  const logs: string[] = []
  const app = await buildApp(await testConfig(t, { REDIS_URL: redis.url, TOUCH_INTERVAL_MS: '60000' }), { logStream: { write: (line: string) => logs.push(line) > 0 } })
  t.teardown(() => app.close())
  const { call } = await login(app)
  t.equal((await call('GET', '/me')).statusCode, 200)
  await redis.kill()
  await app.close()
  t.match(logs.map(line => JSON.parse(line)).find(({ sessions }) => sessions !== undefined), { level: 40, sessions: 1, msg: /last uses/ })
})

t.test('what is answered from memory is recorded once the session is silent; a steady use costs nothing beside its validations', async t => {
  const { app, config } = await build(t, { TOUCH_INTERVAL_MS: '200' })
  const { id, call } = await login(app)
  let touches = 0
  const touch = app.redis.sessionTouch
  app.redis.sessionTouch = ((...args: Parameters<typeof touch>) => {
    touches++
    return touch.apply(app.redis, args)
  }) as typeof touch
  const [began, gaps] = [Date.now(), [] as number[]]
  let usedAtMs = began
  while (usedAtMs < began + 1000) {
    await sleep(10)
    await call('GET', '/me')
    gaps.push(Date.now() - usedAtMs)
    usedAtMs = Date.now()
  }
  if (Math.max(...gaps) < 150) t.equal(touches, 0)
  const redis = await inspector(t)
  const touchedAtMs = async () => {
    const [c, a] = await redis.hmget(createKeys(config.KEY_PREFIX).session(id), 'c', 'a')
    return Number(c) + Number(a)
  }
  while (await touchedAtMs() < usedAtMs - 50) await sleep(10)
  t.ok(touches <= 1 || Math.max(...gaps) >= 150)
})

t.test('a stop with a Redis that does not answer is not held up by what it could not record', async t => {
  const redis = await privateRedis(t)
  const app = await buildApp(await testConfig(t, { REDIS_URL: redis.url, TOUCH_INTERVAL_MS: '60000', SHUTDOWN_SECONDS: '4' }))
  const { call } = await login(app)
  await call('GET', '/me')
  redis.freeze()
  const stoppedAtMs = performance.now()
  await app.close()
  t.ok(performance.now() - stoppedAtMs < 4000)
})

t.test('what expired while no instance ran is found by the next one that starts, without anybody looking', async t => {
  const { app, config } = await build(t, { SESSION_IDLE_SECONDS: '1', TOUCH_INTERVAL_MS: '0' })
  const { id } = await login(app)
  const keys = createKeys(config.KEY_PREFIX)
  const entries = () => app.redis.lrange(keys.userActivity(tagOf('1'), '1'), 0, -1)
  while (await app.redis.exists(keys.session(id)) > 0) await sleep(20)
  t.equal((await entries()).length, 1)
  await buildAnother(t, config)
  while ((await entries()).length < 2) await sleep(20)
  t.match((await entries())[0], / ended [0-9a-f]{28} r=expired_idle$/)
})
