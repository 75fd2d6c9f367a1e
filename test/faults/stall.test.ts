import t from 'tap'
import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises'
import { demo } from '../harness.ts'
import { privateRedis } from './private-redis.ts'
import { breakableService } from './service.ts'

t.test('a process that stood still takes Redis for gone no longer than it stood still', async t => {
  const redis = await privateRedis(t, 'unix', ['--enable-debug-command', 'local'])
  const { app, call } = await breakableService(t, { REDIS_URL: redis.url })
  const { json: { sessionId } } = await call('POST', '/login', { body: demo.alice })
  const validate = () => app.inject({ method: 'GET', url: '/me', headers: { 'x-session-id': String(sessionId) } })

  /** Lets this process stand still while ten validations wait for Redis; their replies arrive meanwhile. */
  async function stall (ms: number): Promise<number[]> {
    const busy = redis.ask('DEBUG', 'SLEEP', '0.1')
    await sleep(30) // until Redis sleeps, so that the validations are under way when this process stops
    const validations = Array.from({ length: 10 }, validate)
    await sleep(10)
    await turn() // timers come first after this: the worst case
    const end = performance.now() + ms
    while (performance.now() < end);
    const statuses = (await Promise.all(validations)).map(({ statusCode }) => statusCode)
    await busy
    return statuses
  }

  await t.test('for longer than a command may take: what was under way is answered', async t => {
    t.strictSame(await stall(600), Array(10).fill(200))
    t.equal((await validate()).statusCode, 200)
  })

  await t.test('for longer than a link may be silent: it is replaced, and everything works at once', async t => {
    const statuses = await stall(1500)
    t.ok(statuses.every(status => status === 200 || status === 503), 'and nobody is logged out', { statuses })
    const stoodUp = performance.now()
    while ((await validate()).statusCode !== 200) await sleep(1)
    const ms = Math.round(performance.now() - stoodUp)
    t.ok(ms < 1000, `works again after ${ms} ms`)
  })
})
