/*
 * Guessing at full force: many attempts at once, from many addresses, over several instances.
 * What one attempt meets is in plugins/login-throttle.test.ts and plugins/known-device.test.ts.
 */
import type { FastifyInstance } from 'fastify'
import t, { type Test } from 'tap'
import { build, buildAnother, demo, inspector } from '../harness.ts'

const wrong = { ...demo.alice, password: 'wrong' }

function attempt (app: FastifyInstance, payload: object, headers: Record<string, string> = {}) {
  return app.inject({ method: 'POST', url: '/login', payload, headers })
}

/** Wrong attempts over four instances on the same data, a hundred at once in each wave: more would keep the database longer than a login waits for it where the machine is busy. */
async function storm (t: Test, env: Record<string, string>, waves: number, emailOf: (i: number) => string) {
  const { app, config } = await build(t, { LOG_LEVEL: 'warn', ...env })
  const instances = [app, await buildAnother(t, config), await buildAnother(t, config), await buildAnother(t, config)]
  const startedMs = performance.now()
  const codes: string[] = []
  for (let wave = 0; wave < waves; wave++) {
    const answers = Array.from({ length: 100 }, (_, i) => attempt(instances[i % 4] ?? app, { email: emailOf(100 * wave + i), password: 'x' }))
    for (const response of await Promise.all(answers)) codes.push(response.json().code)
  }
  const admitted = codes.filter(code => code === 'login_failed').length
  t.strictSame([...new Set(codes)].sort(), ['login_failed', 'too_many_attempts'])
  return { admitted, seconds: (performance.now() - startedMs) / 1000 }
}

t.test('10,000 attempts over four instances: exactly as many failures are let in as the address may have', async t => {
  const { admitted } = await storm(t, { LOGIN_ADDRESS_FAILURES: '300' }, 100, i => `user${i}@example.com`)
  t.equal(admitted, 300)
})

t.test('2,000 attempts over four instances on one account: its free failures, and one more after each wait', async t => {
  const { admitted, seconds } = await storm(t, { LOGIN_ACCOUNT_FAILURES: '300', LOGIN_ADDRESS_FAILURES: '100000' }, 20, () => 'alice@example.com')
  const afterWaits = Math.floor(Math.log2(seconds + 1))
  t.ok(admitted >= 300 && admitted <= 300 + afterWaits, `${admitted} in ${seconds} s`)
})

t.test('with 1,000 addresses attacking the account over two instances, its owner gets in every time from a known device, and not from another', async t => {
  const { app, config } = await build(t, { TRUST_PROXY: '127.0.0.1/32', LOG_LEVEL: 'warn', LOGIN_GLOBAL_FAILURES: '500', HASH_QUEUE_LIMIT: '16' })
  const instances = [app, await buildAnother(t, config)]
  const redis = await inspector(t)
  const { deviceToken } = (await attempt(app, demo.alice)).json<{ deviceToken: string }>()
  const attacked: number[] = []
  const known: unknown[] = []
  const unknown: number[] = []
  for (let wave = 0; wave < 10; wave++) {
    const attackers = Array.from({ length: 100 }, async (_, i) => {
      const address = 100 * wave + i
      // Half of it at other accounts: what keeps the queue full once this one has to wait.
      const email = i % 2 === 0 ? wrong.email : `user${wave}-${i}@example.com`
      attacked.push((await attempt(instances[i % 2] ?? app, { email, password: 'wrong' }, { 'x-forwarded-for': `198.51.${Math.floor(address / 250)}.${address % 250}` })).statusCode)
    })
    const owner = instances.map(async instance => {
      const response = await attempt(instance, { ...demo.alice, deviceToken }, { 'x-forwarded-for': '198.51.0.1' })
      known.push(response.json().code ?? response.statusCode)
    })
    await Promise.all([...attackers, ...owner])
    // As it is after hours of this: waits of minutes, so that no gap between two of them lets anybody in.
    for (const key of await redis.keys(`${config.KEY_PREFIX}login-failures:account:*`)) await redis.hset(key, 'b', Date.now() + 300_000)
    unknown.push((await attempt(app, demo.alice, { 'x-forwarded-for': '203.0.113.7' })).statusCode)
  }
  t.strictSame(known, Array(20).fill(200))
  t.strictSame(unknown, Array(10).fill(429))
  t.equal(attacked.length, 1000)
  t.ok(attacked.every(status => [401, 429, 503].includes(status)) && attacked.includes(429) && attacked.includes(503), [...new Set(attacked)].join(', '))
})
