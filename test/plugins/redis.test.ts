import t, { type Test } from 'tap'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildApp } from '../../src/app.ts'
import { privateRedis, type PrivateRedis } from '../faults/private-redis.ts'
import { testConfig } from '../harness.ts'

t.test('a Redis that is not set up for sessions is warned about at the start, with what to do, and by /readyz', async t => {
  const redis = await privateRedis(t, 'unix', ['--maxmemory-policy', 'allkeys-lru', '--appendonly', 'no'])
  const { app, lines } = await loggingService(t, redis.url)
  const warnings = lines().filter(({ level }) => level === 40)
  t.match(warnings, [
    { warning: 'redis_eviction_policy', msg: /set maxmemory-policy noeviction\.$/ },
    { warning: 'redis_no_persistence', msg: /Set appendonly yes\.$/ }
  ])
  t.strictSame((await app.inject('/readyz')).json().warnings, warnings.map(({ warning }) => warning))
})

t.test('a Redis that stops to answer and one that answers again are told once each', async t => {
  const redis = await privateRedis(t)
  const { lines } = await loggingService(t, redis.url)
  const told = () => lines().filter(({ msg }) => /^redis (does not answer|answers again)$/.test(msg)).map(({ level, msg }) => `${level} ${msg}`)
  t.strictSame(told(), [])
  await redis.stop()
  await sleep(1000) // several heartbeats
  t.strictSame(told(), ['50 redis does not answer'])
  await redis.start()
  while (told().length < 2) await sleep(20)
  t.strictSame(told(), ['50 redis does not answer', '30 redis answers again'])
})

t.test('no connection is left when the service has closed', async t => {
  const redis = await privateRedis(t)
  const { app } = await loggingService(t, redis.url)
  t.equal(await connections(redis), 3, 'one link carries everything, one the news of changes; the third is the one that asks')
  await app.close()
  while (await connections(redis) > 1) await sleep(10)
})

for (const [what, breaks, repairs] of [['stopped', 'stop', 'start'], ['frozen', 'freeze', 'thaw']] as const) {
  t.test(`a Redis that is ${what} does not hold up a stop, and is not tried again`, async t => {
    const redis = await privateRedis(t)
    const { app } = await loggingService(t, redis.url)
    await redis[breaks]()
    const started = performance.now()
    await app.close()
    const ms = Math.round(performance.now() - started)
    t.ok(ms < 3000, `${ms} ms`)
    await redis[repairs]()
    await sleep(700) // longer than the longest pause between two attempts
    t.equal(await connections(redis), 1, 'the one that asks')
  })
}

/** The service on that Redis, and what it has logged so far. */
async function loggingService (t: Test, url: string) {
  const logs: string[] = []
  const app = await buildApp(await testConfig(t, { REDIS_URL: url, LOG_LEVEL: 'info' }), { logStream: { write: (line: string) => logs.push(line) > 0 } })
  t.teardown(() => app.close())
  return { app, lines: () => logs.map(line => JSON.parse(line)) }
}

async function connections (redis: PrivateRedis): Promise<number> {
  return String(await redis.ask('CLIENT', 'LIST')).trim().split('\n').length
}
