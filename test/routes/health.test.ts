import t, { type Test } from 'tap'
import { build, login } from '../harness.ts'
import { isInvalid, isProblem } from './problem.ts'

t.test('/livez answers without asking anybody', async t => {
  const { app } = await build(t)
  app.sessionStore.probe = app.users.ping = async () => { throw new Error('asked') }
  const response = await app.inject('/livez')
  t.equal(response.statusCode, 200)
  t.strictSame(response.json(), { status: 'ok' })
  t.equal(response.headers['cache-control'], 'no-store')
})

t.test('/readyz asks Redis for a write and PostgreSQL for an answer', async t => {
  const { app } = await build(t)
  const response = await app.inject('/readyz')
  t.equal(response.statusCode, 200)
  t.match(response.json(), { status: 'ok', checks: { redis: 'ok', postgres: 'ok' }, warnings: Array })
})

t.test('/readyz names the part that is away', async t => {
  const { app } = await build(t)
  const { probe } = app.sessionStore
  app.sessionStore.probe = async () => { throw new Error('READONLY') }
  const noRedis = await app.inject('/readyz')
  isProblem(t, noRedis, 503, 'not_ready')
  t.strictSame(noRedis.json().checks, { redis: 'unavailable', postgres: 'ok' })
  t.match(noRedis.headers['retry-after'], /^\d+$/)
  app.sessionStore.probe = probe
  app.users.ping = async () => { throw new Error('away') }
  t.strictSame((await app.inject('/readyz')).json().checks, { redis: 'ok', postgres: 'unavailable' })
  const enough = await app.inject('/readyz?exclude=postgres')
  t.equal(enough.statusCode, 200)
  t.strictSame(enough.json().checks, { redis: 'ok', postgres: 'unavailable' }, 'live sessions need no PostgreSQL')
  app.sessionStore.probe = async () => { throw new Error('READONLY') }
  isProblem(t, await app.inject('/readyz?exclude=postgres'), 503, 'not_ready')
  app.sessionStore.probe = probe
  app.draining.start()
  isProblem(t, await app.inject('/readyz?exclude=postgres'), 503, 'shutting_down')
})

t.test('/readyz warns about a Redis that is not set up for sessions, and looks again', async t => {
  const { app } = await build(t)
  const warnings = async () => (await app.inject('/readyz')).json().warnings
  const pass = pretendTime(t)
  t.strictSame(await warnings(), ['redis_no_persistence'], 'the Redis of the tests keeps nothing')
  app.redis.info = async () => 'maxmemory_policy:noeviction\naof_enabled:1\nrole:master'
  pass(9000)
  t.strictSame(await warnings(), ['redis_no_persistence'], 'not yet')
  t.strictSame(await warnings(), ['redis_no_persistence'])
  pass(1001)
  t.strictSame(await warnings(), ['redis_no_persistence'], 'what is known, while it is asked')
  t.strictSame(await warnings(), [])
})

t.test('/readyz does not wait for advice, and does not fail for want of it', async t => {
  const { app } = await build(t)
  const pass = pretendTime(t)
  let asked = 0
  for (const answer of [() => new Promise<string>(() => { /* never */ }), async () => { throw new Error('Command timed out') }]) {
    app.redis.info = () => { asked++; return answer() }
    pass(11_000)
    for (let i = 0; i < 3; i++) {
      const response = await app.inject('/readyz')
      t.equal(response.statusCode, 200)
      t.strictSame(response.json().warnings, ['redis_no_persistence'])
    }
  }
  t.equal(asked, 2, 'once in ten seconds')
})

/** Moves the clock that the service looks at; what it sees otherwise goes on. */
function pretendTime (t: Test): (ms: number) => void {
  const { now } = Date
  let aheadMs = 0
  t.teardown(() => { Date.now = now })
  Date.now = () => now() + aheadMs
  return ms => { aheadMs += ms }
}

t.test('an instance that stops says no and lets its clients go, but still serves', async t => {
  const { app } = await build(t)
  const alice = await login(app)
  app.draining.start()
  const response = await app.inject('/readyz')
  isProblem(t, response, 503, 'shutting_down')
  t.equal(response.headers.connection, 'close')
  t.equal((await app.inject('/livez')).statusCode, 200)
  const me = await alice.call('GET', '/me')
  t.equal(me.statusCode, 200)
  t.equal(me.headers.connection, 'close')
})

t.test('health routes need no session and no other parameters', async t => {
  const { app } = await build(t)
  for (const url of ['/livez', '/readyz']) {
    t.equal((await app.inject({ url, headers: { 'x-session-id': 'anything' } })).statusCode, 200)
    t.equal((await app.inject({ method: 'HEAD', url })).statusCode, 200)
    isInvalid(t, await app.inject(`${url}?full=1`), ['querystring/full'])
  }
})
