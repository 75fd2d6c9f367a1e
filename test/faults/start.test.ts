import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { buildApp } from '../../src/app.ts'
import { redisUrl, testConfig } from '../harness.ts'
import { freePort, privateRedis } from './private-redis.ts'

t.jobs = 4

const checkPostgres = 'PostgreSQL is not reachable. Check DATABASE_URL and that the server runs.'

t.test('a Redis that nobody has started is named after ten seconds', async t => {
  const { error, ms } = await startFailure(t, { REDIS_URL: `redis://127.0.0.1:${await freePort()}` })
  t.match(error, { message: /^Redis is not reachable \(connect ECONNREFUSED .*\)\. Check REDIS_URL and that the server runs\.$/ })
  t.ok(ms > 9000 && ms < 12_000, `${ms} ms`)
})

t.test('so is one whose socket is not there, or that does not answer', async t => {
  const [absent, silent] = await Promise.all([
    startFailure(t, { REDIS_URL: `unix://${join(tmpdir(), randomUUID())}` }),
    startFailure(t, { REDIS_URL: `redis://127.0.0.1:${await silentPort(t)}` })
  ])
  t.match(absent.error, { message: /^Redis is not reachable \(connect ENOENT .*\)\. Check REDIS_URL/ })
  t.match(silent.error, { message: /^Redis is not reachable \(.+\)\. Check REDIS_URL/ })
  t.ok(Math.max(absent.ms, silent.ms) < 12_000)
})

t.test('a PostgreSQL that is not there or does not answer is named', async t => {
  const absent = await startFailure(t, { REDIS_URL: redisUrl, DATABASE_URL: `postgres://app@127.0.0.1:${await freePort()}/app` })
  t.match(absent.error, { message: checkPostgres, cause: { message: /ECONNREFUSED/ } })
  const silent = await startFailure(t, { REDIS_URL: redisUrl, DATABASE_URL: `postgres://app@127.0.0.1:${await silentPort(t)}/app` })
  t.match(silent.error, { message: checkPostgres })
  t.ok(silent.ms < 12_000, `${silent.ms} ms`)
})

t.test('a Redis that comes up while the service starts is waited for', async t => {
  const redis = await privateRedis(t, 'tcp')
  await redis.stop()
  const starting = buildApp(await testConfig(t, { LOG_LEVEL: 'silent', REDIS_URL: redis.url }))
  await sleep(500)
  await redis.start()
  const app = await starting
  t.equal((await app.inject('/readyz')).statusCode, 200)
  await app.close()
})

/** What a start on these servers fails with, and after how long. */
async function startFailure (t: Test, env: Record<string, string>): Promise<{ error: unknown, ms: number }> {
  const config = await testConfig(t, { LOG_LEVEL: 'silent', ...env })
  const started = performance.now()
  const error = await buildApp(config).then(() => null, reason => reason)
  return { error, ms: Math.round(performance.now() - started) }
}

/** A port that takes connections and says nothing. */
async function silentPort (t: Test): Promise<number> {
  const server = createServer(socket => t.teardown(() => socket.destroy())).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => server.close())
  return (server.address() as AddressInfo).port
}
