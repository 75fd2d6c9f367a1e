import t from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildApp } from '../../src/app.ts'
import { tagOf } from '../../src/sessions/credential.ts'
import { createKeys } from '../../src/store/keys.ts'
import { privateRedis } from '../faults/private-redis.ts'
import { build, buildAnother, login, randomPrefix, testConfig } from '../harness.ts'

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
